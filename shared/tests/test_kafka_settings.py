"""Settings of Kafka that cannot work are refused at start, and every client gets the same ones."""

import datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from faststream.kafka.security import parse_security
from pydantic import ValidationError

from bus.consumer import kafka_security
from bus.kafka import kafka_options, wanted_topics
from shared.settings import Settings

LOGIN = {"kafka_username": "housing", "kafka_password": "hemligt"}
ONE_BROKER = "acknowledged events may be lost"


@pytest.fixture(scope="session")
def pem(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a certificate, its key, the key under a password, another's key, and a text."""
    folder = tmp_path_factory.mktemp("pem")
    key, other = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    (folder / "certificate.pem").write_bytes(certificate(key).public_bytes(Encoding.PEM))
    (folder / "key.pem").write_bytes(bytes_of(key, NoEncryption()))
    (folder / "locked.pem").write_bytes(bytes_of(key, BestAvailableEncryption(b"secret")))
    (folder / "other.pem").write_bytes(bytes_of(other, NoEncryption()))
    (folder / "text.pem").write_text("-----BEGIN CERTIFICATE-----\nnot one\n-----END CERTIFICATE-----\n")
    return folder


def certificate(key: ec.EllipticCurvePrivateKey) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "housing")])
    now = datetime.datetime.now(datetime.UTC)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(x509.random_serial_number()).not_valid_before(now)
    return builder.not_valid_after(now + datetime.timedelta(days=1)).sign(key, hashes.SHA256())


def bytes_of(key: ec.EllipticCurvePrivateKey, encryption: BestAvailableEncryption | NoEncryption) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption)


def refusal(**values: object) -> str:
    with pytest.raises(ValidationError) as refused:
        Settings(service="housing", **values)
    [error] = refused.value.errors()
    return error["msg"]


@pytest.mark.parametrize(
    ("values", "remedy"),
    [
        ({"kafka_security_protocol": "SASL_SSL"}, "KAFKA_USERNAME and KAFKA_PASSWORD are missing"),
        ({"kafka_security_protocol": "SASL_SSL", "kafka_username": "housing"}, "KAFKA_PASSWORD is missing"),
        ({"kafka_security_protocol": "SASL_SSL", "kafka_password": "secret"}, "KAFKA_USERNAME is missing"),
        ({"kafka_security_protocol": "SSL", **LOGIN}, "must be SASL_SSL where there is a KAFKA_USERNAME"),
        (LOGIN, "must be SASL_SSL where there is a KAFKA_USERNAME"),
        ({"kafka_security_protocol": "TLS"}, "'SASL_SSL'"),
        ({"kafka_sasl_mechanism": "PLAIN"}, "'SCRAM-SHA-512'"),
    ],
)
def test_a_login_that_cannot_work_is_refused(values, remedy):
    assert remedy in refusal(**values)


@pytest.mark.parametrize(
    ("files", "remedy"),
    [
        ({"kafka_ca_file": "missing.pem"}, "missing.pem cannot be read: No such file"),
        ({"kafka_ca_file": "text.pem"}, "text.pem cannot be used: write PEM"),
        ({"kafka_ca_file": "key.pem"}, "key.pem cannot be used: write PEM"),
        ({"kafka_certificate_file": "certificate.pem"}, "certificate.pem with the key in it cannot be used"),
        ({"kafka_certificate_file": "certificate.pem", "kafka_key_file": "other.pem"}, "belongs to it"),
        ({"kafka_certificate_file": "certificate.pem", "kafka_key_file": "locked.pem"}, "a key without a password"),
        ({"kafka_key_file": "key.pem"}, "KAFKA_CERTIFICATE_FILE is missing"),
    ],
)
def test_a_certificate_that_cannot_be_used_is_refused_by_its_file(pem, files, remedy):
    message = refusal(kafka_security_protocol="SSL", **{name: pem / file for name, file in files.items()})

    assert remedy in message
    assert len(message.splitlines()) == 1


def test_a_certificate_without_tls_is_refused(pem):
    assert "must be SASL_SSL or SSL where there is KAFKA_CA_FILE" in refusal(kafka_ca_file=pem / "certificate.pem")


def test_no_password_is_ever_printed():
    settings = Settings(service="housing", kafka_security_protocol="SASL_SSL", **LOGIN)

    assert "hemligt" not in repr(settings)


@pytest.mark.parametrize("replicas", [1, 2])
def test_production_refuses_topics_that_one_broker_can_take_along(replicas):
    assert "KAFKA_ONE_BROKER" in refusal(mode="production", oidc_issuer=None, topic_replication=replicas)


def test_other_words_do_not_allow_one_broker():
    assert ONE_BROKER in refusal(mode="production", oidc_issuer=None, kafka_one_broker="yes")


@pytest.mark.parametrize(
    ("values", "replicas", "in_sync"),
    [
        ({"mode": "production"}, 3, 2),
        ({"mode": "production", "topic_replication": 5}, 5, 4),
        ({"mode": "production", "kafka_one_broker": ONE_BROKER}, 1, 1),
        ({"mode": "production", "kafka_one_broker": ONE_BROKER, "topic_replication": 2}, 2, 1),
        ({"mode": "embedded"}, 1, 1),
    ],
)
def test_an_event_is_on_all_replicas_but_one_when_kafka_acknowledges_it(values, replicas, in_sync):
    topics = wanted_topics(Settings(service="housing", oidc_issuer=None, **values), ["notifications"])

    assert {topic.replication_factor for topic in topics} == {replicas}
    assert {topic.topic_configs["min.insync.replicas"] for topic in topics} == {str(in_sync)}


@pytest.mark.parametrize("protocol", ["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"])
@pytest.mark.parametrize("mechanism", ["SCRAM-SHA-512", "SCRAM-SHA-256"])
def test_faststream_connects_as_every_other_client(pem, protocol, mechanism):
    login = LOGIN if protocol.startswith("SASL") else {}
    files = {"kafka_ca_file": pem / "certificate.pem"} if protocol.endswith("SSL") else {}
    settings = Settings(
        service="housing", kafka_security_protocol=protocol, kafka_sasl_mechanism=mechanism, **login, **files
    )

    ours, theirs = kafka_options(settings), parse_security(kafka_security(settings))

    assert ours.pop("bootstrap_servers") == settings.kafka_bootstrap_servers
    assert comparable(ours) == comparable(theirs)
    assert (ours["ssl_context"] is not None) == protocol.endswith("SSL")


def comparable(options: dict[str, object]) -> dict[str, object]:
    """The options, with the certificates that a TLS context trusts in its place."""
    context = options["ssl_context"]
    return {**options, "ssl_context": context.get_ca_certs() if context else None}
