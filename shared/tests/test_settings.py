import pytest
from pydantic import ValidationError

from shared.services import WITH_CONTACTS
from shared.settings import Settings

CONTACTS = ",".join(f"{service}=https://{service}.example" for service in WITH_CONTACTS)
REMOTE = "postgresql://housing:secret@db.example/housing"
LOGIN = {"kafka_security_protocol": "SASL_SSL", "kafka_username": "housing", "kafka_password": "secret"}
CLEAR_LOGIN = {"kafka_security_protocol": "SASL_PLAINTEXT"}


@pytest.mark.parametrize(
    ("name", "value", "remedy"),
    [
        ("municipality_code", "", "four digits"),
        ("municipality_code", "238", "four digits"),
        ("municipality_code", "23801", "four digits"),
        ("municipality_code", "２３８０", "four digits"),
        ("contacts_urls", "http://housing.example", "write eservice-intake=https://"),
        ("contacts_urls", CONTACTS.replace("housing=", "houses="), "write housing=https://"),
        ("contacts_urls", CONTACTS.replace("https://housing.example", ""), "write housing=https://"),
        ("contacts_urls", CONTACTS.replace("https://recruitment", "recruitment"), "write recruitment=https://"),
        ("mail_from", "Kommunen", "Kommunen <no-reply@kommun.example>"),
        ("mail_from", "Kommunen <åsa@kommun.example>", "only the letters a to z"),
        ("rate_limit", "often", "120/minute"),
        ("recipient_rate_limit", "20/fortnight", "120/minute"),
        ("rate_limit_storage", "redis://redis:6379", "async+redis://redis:6379"),
        ("rate_limit_storage", "async+redis://redis:many", "async+redis://redis:6379"),
        ("oidc_issuer", "login.example.se", "https://login.example.se"),
        ("otel_exporter_otlp_endpoint", "http://collector:http", "write an address"),
        ("cors_origins", "https://example.se/page", "without a path"),
        ("cors_origins", "*", "write an address"),
        ("smtp_url", "smtp://mail:many", "[user:pass@]host[:port]"),
        ("database_url", "mysql://db/housing", "sqlite:///"),
        ("database_url", "postgresql://db:many/housing", "postgresql://"),
        ("log_level", "loud", "'DEBUG', 'INFO'"),
    ],
)
def test_a_setting_that_cannot_work_is_refused_at_start_with_the_remedy(name, value, remedy):
    with pytest.raises(ValidationError) as refused:
        Settings(service="housing", **{name: value})

    [error] = refused.value.errors()
    assert error["loc"] == (name,)
    assert remedy in error["msg"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("municipality_code", "0180"),
        ("contacts_urls", CONTACTS.replace(",", ", ")),
        ("mail_from", "Kommunen <no-reply@östersund.example>"),
        ("rate_limit_storage", "async+rediss://user:secret@redis:6380/0"),
        ("cors_origins", "https://www.example.se, http://localhost:5173"),
        ("log_level", "debug"),
        ("database_url", "postgresql:///housing?host=/var/run/postgresql"),
    ],
)
def test_a_setting_that_works_is_taken(name, value):
    Settings(service="housing", **{name: value})


@pytest.mark.parametrize(
    ("name", "settings", "remedy"),
    [
        ("smtp", {"smtp_url": "smtp://user:secret@mail.example"}, "smtps://"),
        ("contacts", {"contacts_urls": CONTACTS.replace("https://housing", "http://housing")}, "https://"),
        ("database", {"database_url": REMOTE}, "?sslmode=verify-full"),
        ("database", {"database_url": f"{REMOTE}?sslmode=prefer"}, "?sslmode=verify-full"),
        ("limits", {"rate_limit_storage": "async+redis://:secret@redis.example:6379"}, "async+rediss://"),
        ("traces", {"otel_exporter_otlp_endpoint": "http://collector.example:4318"}, "https://"),
        ("kafka", {"kafka_bootstrap_servers": "127.0.0.1:9092,kafka.example:9092"}, "SASL_SSL"),
        ("kafka", {"kafka_bootstrap_servers": "kafka.example:9092", **LOGIN, **CLEAR_LOGIN}, "SASL_SSL"),
    ],
)
def test_production_refuses_what_would_travel_in_the_clear_unless_told_otherwise(name, settings, remedy):
    with pytest.raises(ValidationError) as refused:
        Settings(service="notifications", mode="production", oidc_issuer=None, **settings)

    assert remedy in str(refused.value)
    assert f"UNENCRYPTED={name}" in str(refused.value)
    assert Settings(service="notifications", mode="production", oidc_issuer=None, unencrypted=name, **settings)
    assert Settings(service="notifications", mode="embedded", **settings)


@pytest.mark.parametrize(
    "settings",
    [
        {"smtp_url": "smtp+starttls://user:secret@mail.example"},
        {"smtp_url": "smtp://mail.example"},
        {"contacts_urls": CONTACTS},
        {"database_url": f"{REMOTE}?sslmode=verify-full"},
        {"database_url": "postgresql://housing@127.0.0.1/housing"},
        {"rate_limit_storage": "async+rediss://redis.example"},
        {"rate_limit_storage": "async+redis://127.0.0.1:6379"},
        {"otel_exporter_otlp_endpoint": "https://collector.example"},
        {"kafka_bootstrap_servers": "kafka.example:9092", **LOGIN},
        {"kafka_bootstrap_servers": "kafka.example:9092", "kafka_security_protocol": "SSL"},
        {"kafka_bootstrap_servers": "localhost:9092"},
    ],
)
def test_production_takes_what_is_encrypted_or_stays_on_the_machine(settings):
    assert Settings(service="notifications", mode="production", oidc_issuer=None, **settings)


def test_the_databases_sslmode_reaches_its_driver():
    settings = Settings(service="housing", database_url=f"{REMOTE}?sslmode=require", unencrypted="")

    assert settings.database == "postgresql+asyncpg://housing:secret@db.example/housing?ssl=require"


def test_every_publisher_has_an_address_when_none_is_set():
    assert Settings(service="notifications").contacts_urls.keys() == set(WITH_CONTACTS)
