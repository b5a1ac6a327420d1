"""What the text of a setting must look like. A wrong one ends the process when it starts, with the remedy."""

import re
from collections.abc import Iterable, Mapping
from email.utils import parseaddr
from typing import Annotated, Literal
from urllib.parse import SplitResult, urlsplit

from email_validator import EmailNotValidError, validate_email
from limits import parse
from pydantic import AfterValidator, BeforeValidator
from pydantic_settings import NoDecode
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from shared.services import WITH_CONTACTS

LOCAL = {"127.0.0.1", "::1", "localhost", None}


def _web_address(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or not _has_port(parts):
        raise ValueError("write an address such as https://login.example.se")
    return text


def _has_port(parts: SplitResult) -> bool:
    """Whether the port, if one is given, can be one."""
    try:
        return parts.port is None or parts.port > 0
    except ValueError:
        return False


def _contacts_urls(value: str | dict[str, str]) -> dict[str, str]:
    """As `housing=http://…,recruitment=http://…`, each publisher with its address."""
    parts = [part.strip().partition("=") for part in value.split(",")] if isinstance(value, str) else []
    urls = {service: url for service, _, url in parts} if isinstance(value, str) else value
    for service in WITH_CONTACTS:
        try:
            _web_address(urls.get(service, ""))
        except ValueError:
            raise ValueError(f"the address of {service} is missing or wrong: write {service}=https://…") from None
    return urls


def _origins(text: str) -> str:
    for origin in text.split(","):
        parts = urlsplit(_web_address(origin.strip()))
        if parts.path or parts.query or parts.fragment:
            raise ValueError("write origins without a path, such as https://www.example.se,https://example.se")
    return text


def _rate(text: str) -> str:
    try:
        parse(text)
    except ValueError:
        raise ValueError("write for example 120/minute") from None
    return text


def _limit_storage(text: str) -> str:
    if not text.startswith(("async+memory://", "async+redis://", "async+rediss://")) or not _has_port(urlsplit(text)):
        raise ValueError("write async+memory:// or for example async+redis://redis:6379")
    return text


def _sender(text: str) -> str:
    try:
        wire_address(parseaddr(text)[1])
    except EmailNotValidError:
        raise ValueError(
            "write for example: Kommunen <no-reply@kommun.example>; before the @ only the letters a to z"
        ) from None
    return text


def wire_address(address: str) -> str:
    """The address with its domain as the name servers know it. Raises EmailNotValidError."""
    found = validate_email(address, check_deliverability=False, allow_smtputf8=False, globally_deliverable=False)
    return found.ascii_email or address


def _mail_server(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("smtp", "smtp+starttls", "smtps") or not parts.hostname or not _has_port(parts):
        raise ValueError("write smtp://, smtp+starttls:// or smtps://[user:pass@]host[:port]")
    return text


def names_a_host(text: str) -> bool:
    """Whether it is a host's full name, or an address in brackets (RFC 5321, 4.1.3)."""
    return re.fullmatch(r"\[[0-9A-Za-z.:]+\]|[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)+", text) is not None


def _host_name(text: str) -> str:
    if not names_a_host(text):
        raise ValueError("write a full name such as mailer.kommun.example, or an address such as [192.0.2.1]")
    return text


def _database(text: str) -> str:
    try:
        backend = make_url(text).get_backend_name()
    except (ArgumentError, ValueError):
        backend = ""
    if backend not in ("sqlite", "postgres", "postgresql"):
        raise ValueError("write postgresql://[user:pass@]host[:port]/{service} or sqlite:///{data_dir}/{service}.db")
    return text


WebAddress = Annotated[str, AfterValidator(_web_address)]
ContactsUrls = Annotated[dict[str, str], NoDecode, BeforeValidator(_contacts_urls)]
Origins = Annotated[str, AfterValidator(_origins)]
Rate = Annotated[str, AfterValidator(_rate)]
LimitStorage = Annotated[str, AfterValidator(_limit_storage)]
Sender = Annotated[str, AfterValidator(_sender)]
HostName = Annotated[str, AfterValidator(_host_name)]
MailServer = Annotated[str, AfterValidator(_mail_server)]
DatabaseUrl = Annotated[str, AfterValidator(_database)]
LogLevel = Annotated[Literal["DEBUG", "INFO", "WARNING", "ERROR"], BeforeValidator(lambda text: str(text).upper())]


def in_the_clear(smtp_url: str, database_url: str, limits_url: str, web: Mapping[str, Iterable[str]]) -> list[str]:
    """Which connections would carry passwords or people's data to another machine unencrypted."""
    smtp, database, limits = urlsplit(smtp_url), make_url(database_url), urlsplit(limits_url)
    found = {
        "smtp": smtp.scheme == "smtp" and smtp.password is not None and smtp.hostname not in LOCAL,
        "database": database.get_backend_name() != "sqlite"
        and database.host not in LOCAL
        and database.query.get("sslmode", "disable") in ("disable", "allow", "prefer"),
        "limits": limits.scheme == "async+redis" and limits.hostname not in LOCAL,
    }
    for name, urls in web.items():
        found[name] = any(url.scheme == "http" and url.hostname not in LOCAL for url in map(urlsplit, urls))
    return [name for name, is_so in found.items() if is_so]
