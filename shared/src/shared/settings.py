"""Everything that varies between places. Each field is an environment variable of the same name in capitals."""

import re
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import SettingsConfigDict
from sqlalchemy import URL, make_url

from shared.formats import (
    ContactsUrls,
    DatabaseUrl,
    HostName,
    LimitStorage,
    LogLevel,
    MailServer,
    Origins,
    Rate,
    Sender,
    WebAddress,
    in_the_clear,
)
from shared.kafka_settings import KafkaSettings

SECRETS = Path("/run/secrets")
CLEAR = {
    "smtp": "SMTP_URL has a password and no TLS: write smtp+starttls:// or smtps://",
    "contacts": "the addresses in CONTACTS_URLS must start with https://",
    "database": "DATABASE_URL has no TLS: add ?sslmode=verify-full",
    "limits": "RATE_LIMIT_STORAGE has no TLS: write async+rediss://",
    "traces": "OTEL_EXPORTER_OTLP_ENDPOINT must start with https://",
    "kafka": "KAFKA_SECURITY_PROTOCOL has no TLS: write SASL_SSL or SSL",
}
"""What MODE=production refuses, and the remedy."""


class Settings(KafkaSettings):
    """The settings of one service's processes. A secret may be a file in `/run/secrets` named for its field."""

    model_config = SettingsConfigDict(
        secrets_dir=SECRETS if SECRETS.is_dir() else None,
        env_ignore_empty=True,
        frozen=True,
        hide_input_in_errors=True,
    )

    service: str = Field(description="The service, as in its topic: eservice-intake, housing, …")
    municipality_code: str = Field(
        "2380", description="Statistics Sweden's code for the municipality; events name it in `ce_source`."
    )
    municipality_name: str = Field(
        "Östersund", description="Its name, as the register of properties has it before a property's own."
    )
    unencrypted: str = Field(
        "",
        description="Which of smtp, contacts, database, limits, traces, kafka may lack TLS where only we are.",
    )
    data_dir: Path = Field(Path("var"), description="Where embedded data and attachments live.")

    database_url: DatabaseUrl = Field(
        "sqlite:///{data_dir}/{service}.db",
        repr=False,
        description="postgresql://…[?sslmode=verify-full] or sqlite:///…; `{service}` and `{data_dir}` are filled in.",
    )
    database_pool: int = Field(10, ge=3, description="Connections per process. A relay keeps two of them.")

    poll_seconds: float = Field(
        1,
        gt=0,
        le=60,
        description="How long an idle relay or mailer waits before it looks unasked. PostgreSQL wakes them before; "
        "on SQLite they look twenty times a second.",
    )
    outbox_retention_days: int = Field(30, ge=1, description="How long published events can be replayed.")
    inbox_retention_days: int = Field(60, ge=2, description="How long a repeated event is recognised.")
    dead_letter_retention_days: int = Field(60, ge=1, description="How long there is to mend what was set aside.")
    idempotency_retention_hours: int = Field(24, ge=1)
    audit_retention_days: int = Field(
        1827,
        ge=30,
        description="How long it is known who did or read what. Five years: as long as an unlawful look-up can be "
        "prosecuted (Criminal Code 4:9 c and 35:1).",
    )

    smtp_url: MailServer = Field(
        "smtp://127.0.0.1:1025", repr=False, description="smtp://, smtp+starttls:// or smtps://[user:pass@]host[:port]"
    )
    smtp_connections: int = Field(8, ge=1, le=200)
    address_key: SecretStr | None = Field(
        None,
        min_length=16,
        description="Keys the digests of clients' addresses in logs and of those that take no mail.",
    )
    mail_from: Sender = Field("Kommunbuss <no-reply@kommunbuss.example>")
    mail_contact: Sender = Field(
        "kommunen@kommunbuss.example", description="Where readers of our mails ask and answer."
    )
    resident_pages: WebAddress = Field(
        "https://www.kommunbuss.example", description="Where residents' pages are. Links in mails lead there."
    )
    mail_ehlo_name: HostName | None = Field(
        None, description="What we call ourselves to the mail server. The host's full name, or its address, unless set."
    )
    mail_seconds: float = Field(20, ge=1, le=100, description="How long connecting, and each step of a mail, may take.")
    mail_lease_seconds: float = Field(
        6, ge=3, le=60, description="How long a killed mailer's mails wait; one that lives renews its leases."
    )
    mail_retry_seconds: float = Field(
        30, gt=0, le=3600, description="The first wait after a failed attempt; doubles to an hour."
    )

    oidc_issuer: WebAddress | None = Field(None, description="The OpenID Connect issuer staff sign in with.")
    oidc_audience: str = Field("kommunbuss", description="What an access token's `aud` must name.")
    oidc_untyped_tokens: Literal["other tokens may pass for access tokens"] | None = Field(
        None,
        description="In these words: the issuer's access tokens do not say in their header that they are (at+jwt).",
    )
    oidc_longest_token_hours: float = Field(10, gt=0, le=24, description="A token that lasts longer is refused.")
    oidc_client_id: str = Field("kommunbuss-mailer", description="What a process signs in with to another service.")
    oidc_client_secret: SecretStr | None = None
    contacts_urls: ContactsUrls = Field(
        {
            "eservice-intake": "http://127.0.0.1:8121",
            "housing": "http://127.0.0.1:8122",
            "recruitment": "http://127.0.0.1:8123",
        },
        description="The internal port of each publisher, where its contacts are: housing=http://…,recruitment=http://…",
    )

    internal_host: str = Field("127.0.0.1", description="Where an API answers its own: health, metrics, look-ups.")
    internal_port: int = Field(
        9000, ge=0, le=65_535, description="Its port there, one for each process; 0 takes any that is free."
    )

    cors_origins: Origins | None = Field(
        None, description="Origins whose pages may call the API, such as https://www.example.se,https://example.se."
    )
    api_docs: bool | None = Field(None, description="Show /docs and /openapi.json; unless set, only when embedded.")
    rate_limit: Rate = Field("120/minute", description="Requests a client may make to change something.")
    read_rate_limit: Rate = Field("1200/minute", description="Requests a client may make to read something.")
    upload_megabytes_per_hour: int = Field(300, ge=1, description="What a client may send of attachments.")
    unused_megabytes: int = Field(
        5_000, ge=1, description="What is kept of attachments that no application uses yet. They go after a day."
    )
    recipient_rate_limit: Rate = Field(
        "20/hour", description="Mails to one person that a client may ask for; all clients together, twice as many."
    )
    seat_limit: Rate = Field("30/day", description="Seats of one event that a client may take; then its parties wait.")
    rate_limit_storage: LimitStorage = Field(
        "async+memory://", description="async+redis://… shares limits between processes."
    )
    max_body_bytes: int = Field(160 * 1024, ge=1, description="Of any form but an application, which may have 1 MB.")
    max_attachment_bytes: int = Field(10 * 1024 * 1024, ge=1)

    otel_exporter_otlp_endpoint: WebAddress | None = Field(
        None,
        description="Traces are exported when set: to a collector that deletes what may be about a person, "
        "as deploy/observability/collector.yaml does.",
    )
    log_level: LogLevel = "INFO"

    @field_validator("municipality_code")
    @classmethod
    def _four_digits(cls, value: str) -> str:
        if not re.fullmatch("[0-9]{4}", value):
            raise ValueError("write the four digits of the municipality, for example 2380")
        return value

    @model_validator(mode="after")
    def _encrypted_in_production(self) -> Self:
        allowed = {name.strip() for name in self.unencrypted.split(",")}
        web = {"contacts": self.contacts_urls.values(), "traces": [self.otel_exporter_otlp_endpoint or ""]}
        found = in_the_clear(self.smtp_url, self.database_url, self.rate_limit_storage, web)
        found += ["kafka"] if self.kafka_in_the_clear else []
        remedies = [CLEAR[name] for name in found if name not in allowed]
        if self.in_production and remedies:
            names = ",".join(found)
            raise ValueError(f"{'; '.join(remedies)}; or say UNENCRYPTED={names} when nobody else is on that network")
        return self

    @model_validator(mode="after")
    def _local_issuer_only_when_embedded(self) -> Self:
        if not self.in_production or self.oidc_issuer is None:
            return self
        if not self.oidc_issuer.startswith("https://"):
            raise ValueError(
                "OIDC_ISSUER must start with https:// unless MODE=embedded: a local issuer lets anybody in"
            )
        return self

    @model_validator(mode="after")
    def _no_id_token_is_for_us(self) -> Self:
        if self.oidc_client_id == self.oidc_audience:
            raise ValueError(
                "OIDC_AUDIENCE must differ from OIDC_CLIENT_ID: an ID token for that client has its id as aud"
            )
        return self

    @model_validator(mode="after")
    def _remember_longer_than_replay(self) -> Self:
        if self.inbox_retention_days <= self.outbox_retention_days:
            raise ValueError("INBOX_RETENTION_DAYS must exceed OUTBOX_RETENTION_DAYS, or a replay repeats its effects")
        if self.dead_letter_retention_days > self.inbox_retention_days:
            raise ValueError("DEAD_LETTER_RETENTION_DAYS may not exceed INBOX_RETENTION_DAYS, for the same reason")
        return self

    @property
    def database(self) -> str:
        """The service's own database, with its async driver."""
        url = self.database_url.replace("{service}", self.service.replace("-", "_"))
        found = make_url(url.replace("{data_dir}", str(self.data_dir)))
        if found.get_backend_name() == "sqlite":
            return _text(found.set(drivername="sqlite+aiosqlite"))
        query = {"ssl" if name == "sslmode" else name: value for name, value in found.query.items()}
        return _text(found.set(drivername="postgresql+asyncpg", query=query))

    @property
    def shows_docs(self) -> bool:
        return not self.in_production if self.api_docs is None else self.api_docs

    @property
    def origins(self) -> list[str]:
        return [origin.strip() for origin in (self.cors_origins or "").split(",")]

    @property
    def group(self) -> str:
        """The consumer group, which is the service."""
        return self.service


def _text(url: URL) -> str:
    return url.render_as_string(hide_password=False)
