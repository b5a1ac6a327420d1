"""How Kafka is reached, and what production demands of it."""

import ssl
from enum import StrEnum
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings

from shared.formats import LOCAL

FEWEST_REPLICAS = 3


class Mode(StrEnum):
    EMBEDDED = "embedded"
    PRODUCTION = "production"


class SecurityProtocol(StrEnum):
    """SSL is TLS, SASL a login."""

    PLAINTEXT = "PLAINTEXT"
    SSL = "SSL"
    SASL_PLAINTEXT = "SASL_PLAINTEXT"
    SASL_SSL = "SASL_SSL"

    @property
    def has_tls(self) -> bool:
        return self.value.endswith("SSL")

    @property
    def has_login(self) -> bool:
        return self.value.startswith("SASL")


class KafkaSettings(BaseSettings):
    mode: Mode = Field(Mode.PRODUCTION, description="`embedded` allows the local OpenID issuer and a Kafka for a try.")

    kafka_bootstrap_servers: str = Field("127.0.0.1:9092", description="host:port[,host:port]")
    kafka_idempotence: bool = Field(True, description="Off only for a broker that rejects idempotent producers.")
    kafka_security_protocol: SecurityProtocol = Field(
        SecurityProtocol.PLAINTEXT, description="SASL_SSL, SSL, SASL_PLAINTEXT or PLAINTEXT."
    )
    kafka_sasl_mechanism: Literal["SCRAM-SHA-512", "SCRAM-SHA-256"] = "SCRAM-SHA-512"
    kafka_username: str | None = Field(None, description="The login of SASL_…: one for each service.")
    kafka_password: SecretStr | None = None
    kafka_ca_file: Path | None = Field(
        None, description="PEM. Who signs the brokers' certificates, if not the system's."
    )
    kafka_certificate_file: Path | None = Field(None, description="PEM. Who the process is, where TLS is the login.")
    kafka_key_file: Path | None = Field(None, description="PEM, without a password. The certificate's key.")
    kafka_one_broker: Literal["acknowledged events may be lost"] | None = Field(
        None, description="In these words: production may have fewer than three replicas."
    )

    topic_prefix: str = Field(
        "",
        pattern=r"^[a-zA-Z0-9._-]*$",
        description="Before the name of every topic and consumer group: several systems can share a Kafka.",
    )
    topic_partitions: int = Field(6, ge=1)
    topic_replication: int | None = Field(
        None, ge=1, description="3 by default, or 1 where one broker will do. All but one must have an event."
    )
    topic_retention_hours: int = Field(7 * 24, ge=1)

    @field_validator("kafka_bootstrap_servers")
    @classmethod
    def _hosts_and_ports(cls, value: str) -> str:
        for server in value.split(","):
            host, _, port = server.rpartition(":")
            if not host or not port.isdigit():
                raise ValueError(f"{server!r} is not a host:port; write for example 127.0.0.1:9092")
        return value

    @model_validator(mode="after")
    def _login_fits_the_protocol(self) -> Self:
        protocol, username, password = self.kafka_security_protocol, self.kafka_username, self.kafka_password
        if password and not username:
            raise ValueError("KAFKA_USERNAME is missing: there is a KAFKA_PASSWORD")
        if username and not password:
            raise ValueError("KAFKA_PASSWORD is missing: there is a KAFKA_USERNAME")
        if protocol.has_login and not username:
            raise ValueError(f"KAFKA_USERNAME and KAFKA_PASSWORD are missing: KAFKA_SECURITY_PROTOCOL is {protocol}")
        if username and not protocol.has_login:
            raise ValueError(
                f"KAFKA_SECURITY_PROTOCOL must be SASL_SSL where there is a KAFKA_USERNAME, and is {protocol}"
            )
        return self

    @model_validator(mode="after")
    def _certificates_can_be_used(self) -> Self:
        files = {
            "KAFKA_CA_FILE": self.kafka_ca_file,
            "KAFKA_CERTIFICATE_FILE": self.kafka_certificate_file,
            "KAFKA_KEY_FILE": self.kafka_key_file,
        }
        given = ", ".join(name for name, file in files.items() if file)
        if given and not self.kafka_security_protocol.has_tls:
            raise ValueError(f"KAFKA_SECURITY_PROTOCOL must be SASL_SSL or SSL where there is {given}")
        if self.kafka_key_file and not self.kafka_certificate_file:
            raise ValueError("KAFKA_CERTIFICATE_FILE is missing: there is a KAFKA_KEY_FILE")
        try:
            _ = self.kafka_tls
        except ValueError as error:
            raise ValueError(f"{given}: {error}") from None
        return self

    @model_validator(mode="after")
    def _production_keeps_what_kafka_acknowledged(self) -> Self:
        if self.in_production and self.replicas < FEWEST_REPLICAS and not self.kafka_one_broker:
            raise ValueError(
                f"TOPIC_REPLICATION must be at least {FEWEST_REPLICAS} unless MODE=embedded, or events go with the "
                'broker that dies. Where that will do: KAFKA_ONE_BROKER="acknowledged events may be lost"'
            )
        return self

    @property
    def in_production(self) -> bool:
        return self.mode is Mode.PRODUCTION

    @property
    def kafka_in_the_clear(self) -> bool:
        """Whether events leave this machine unencrypted."""
        hosts = {server.rpartition(":")[0] for server in self.kafka_bootstrap_servers.split(",")}
        return not self.kafka_security_protocol.has_tls and not hosts <= LOCAL

    @property
    def kafka_tls(self) -> ssl.SSLContext | None:
        """Whom to trust and how to prove who we are. None when the protocol is without TLS."""
        if not self.kafka_security_protocol.has_tls:
            return None
        return client_context(self.kafka_ca_file, self.kafka_certificate_file, self.kafka_key_file)

    @property
    def replicas(self) -> int:
        one_will_do = self.kafka_one_broker or not self.in_production
        return self.topic_replication or (1 if one_will_do else FEWEST_REPLICAS)

    @property
    def min_insync_replicas(self) -> int:
        """How many replicas have an event when Kafka acknowledges it: all but one, which may be away."""
        return max(1, self.replicas - 1)

    def on_kafka(self, name: str) -> str:
        """What a topic or a group of that name is called on Kafka."""
        return f"{self.topic_prefix}{name}"


def client_context(ca: Path | None, certificate: Path | None, key: Path | None) -> ssl.SSLContext:
    """TLS that checks the server's certificate and name, by one's own authority or the system's.

    Raises ValueError that names the file which cannot be used.
    """
    try:
        context = ssl.create_default_context(cafile=ca)
    except OSError as error:
        raise ValueError(f"{ca} {_why_not(error)}") from None
    if certificate is not None:
        try:
            # Without a password OpenSSL would ask for an encrypted key's on the terminal.
            context.load_cert_chain(certificate, key, password="")
        except OSError as error:
            raise ValueError(f"{certificate} with {key or 'the key in it'} {_why_not(error)}") from None
    return context


def _why_not(error: OSError) -> str:
    if isinstance(error, ssl.SSLError):
        return "cannot be used: write PEM, a key without a password, and a certificate that belongs to it"
    return f"cannot be read: {error.strerror}"
