"""Writes a mail: a template filled in, as the bytes that go to the mail server.

The bytes are put together here, because `email.message.EmailMessage` takes twenty times as long.
"""

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from email.utils import format_datetime, formataddr, parseaddr
from pathlib import Path
from textwrap import wrap
from typing import Self

import idna
from jinja2 import Environment, StrictUndefined, Template, meta, nodes, pass_context
from jinja2.runtime import Context

from notifications import words
from notifications.headers import header_text
from notifications.models.deliveries import Delivery
from shared.clock import SWEDEN
from shared.contacts import Enclosure
from shared.events import Language
from shared.formats import wire_address

TEMPLATES = Path(__file__).parent / "templates"
WEEKDAYS = {
    "sv": "måndag tisdag onsdag torsdag fredag lördag söndag",
    "en": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
}
MONTHS = {
    "sv": "januari februari mars april maj juni juli augusti september oktober november december",
    "en": "January February March April May June July August September October November December",
}
AT = {"sv": "kl.", "en": "at"}
FROM, TO = {"sv": "kl.", "en": "from"}, {"sv": "–", "en": " to "}
CLOCK = {"sv": "svensk tid", "en": "Swedish time"}
QUOTED_CHARACTERS = 72
"""A longer line is broken by us, with a mark before each part: broken by a reader, the rest would stand unmarked."""
_NOT_ON_AN_ENVELOPE = re.compile(r"[\s<>\x00-\x1f\x7f-\x9f]")
_LINE_BREAKS = re.compile(r"\r\n?|\n")
_INCLUDED = re.compile(r'{% include "([a-z_.]+)" %}')
_TURNING = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True)
class Addressee:
    """Who a mail is for in the moment it is sent, and the words it quotes.

    Nobody is greeted by name: whoever filled in the form chose name and address, and the two may be strangers.
    """

    address: str
    language: Language
    words: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Sender:
    """What we sign with: the address on the envelope, the From header, whom to ask, and where residents' pages are."""

    address: str
    header: str
    contact: str
    pages: str

    @classmethod
    def parse(cls, mail_from: str, contact: str, pages: str) -> Self:
        name, written = parseaddr(mail_from)
        address = wire_address(written)
        return cls(address, formataddr((name, address)), wire_address(parseaddr(contact)[1]), pages.rstrip("/"))

    def pages_in(self, language: Language) -> str:
        """Where the pages in the language begin. They are in Swedish unless the address says otherwise."""
        return self.pages if language is Language.SWEDISH else f"{self.pages}/{language}"

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2]


@dataclass(frozen=True)
class Mail:
    recipient: str
    content: bytes
    """Each line ends with CR and LF, the last one too."""
    digest: str = ""
    """Of the recipient's address as its publisher knows it."""


class NotAnAddress(Exception):
    """What the contact gave as an address cannot be one."""


def write(delivery: Delivery, to: Addressee, sender: Sender, enclosure: Enclosure | None = None) -> Mail:
    """The mail, the same at every attempt with what was looked up. Raises NotAnAddress."""
    recipient = _wire_address(to.address)
    subject, text = in_words(delivery.template, delivery.context, to, sender, enclosure.text if enclosure else "")
    headers = [
        f"From: {sender.header}",
        f"Reply-To: {sender.contact}",
        f"To: {recipient}",
        f"Subject: {header_text(subject)}",
        f"Date: {format_datetime(delivery.created_at)}",
        f"Message-ID: <{delivery.id}@{sender.domain}>",
        f"Content-Language: {to.language}",
        f"X-Kommunbuss-Event: {delivery.event_id}",
        "Auto-Submitted: auto-generated",
        "MIME-Version: 1.0",
    ]
    body = _LINE_BREAKS.sub("\r\n", text).encode(errors="replace")
    content = _with(enclosure, _part("text/plain; charset=utf-8", body), delivery.id.hex)
    return Mail(recipient, "\r\n".join(headers).encode() + b"\r\n" + content)


def in_words(
    template: str, context: Mapping[str, str], to: Addressee, sender: Sender, enclosed: str = ""
) -> tuple[str, str]:
    """The subject of a mail, and its text."""
    subject_of, body_of = _templates[template, to.language]
    values = {**to.words, **context, "language": to.language, "contact": sender.contact}
    values |= {"pages": sender.pages_in(to.language), "enclosed": enclosed}
    both = subject_of.new_context(values, shared=True)
    return "".join(subject_of.root_render_func(both)), "".join(body_of.root_render_func(both))


def said_always(template: str) -> set[str]:
    """What the template says in any case, by name: there is no mail without it."""
    tree = _environment.parse((TEMPLATES / f"{template}.{Language.SWEDISH}.txt").read_text(encoding="utf-8"))
    tree.body = [node for node in tree.body if not isinstance(node, nodes.If)]
    return meta.find_undeclared_variables(tree)


def _part(media_type: str, content: bytes, disposition: str = "") -> bytes:
    """What a mail is, or a part of it, with its headers."""
    head = f"Content-Type: {media_type}\r\n{disposition}Content-Transfer-Encoding: base64\r\n\r\n".encode()
    return head + base64.encodebytes(content).replace(b"\n", b"\r\n")


def _with(enclosure: Enclosure | None, text: bytes, unique: str) -> bytes:
    """The text, and the document that it encloses, if any. No line of base64 is a boundary."""
    if enclosure is None or enclosure.content is None:
        return text
    named = f'Content-Disposition: attachment; filename="{enclosure.name}"\r\n'
    file = _part(enclosure.media_type, enclosure.content, named)
    line = f"--=_{unique}".encode()
    parts = b"".join(line + b"\r\n" + part for part in (text, file)) + line + b"--\r\n"
    return f'Content-Type: multipart/mixed; boundary="=_{unique}"\r\n\r\n'.encode() + parts


def _wire_address(address: str) -> str:
    """The address with its domain as the name servers know it."""
    local, _, domain = address.rpartition("@")
    if not local or _NOT_ON_AN_ENVELOPE.search(address):
        raise NotAnAddress
    try:
        return address if domain.isascii() else f"{local}@{idna.encode(domain, uts46=True).decode()}"
    except UnicodeError as error:
        raise NotAnAddress from error


def _quoted(text: str) -> str:
    """Somebody else's words, each line marked as theirs, at every line break that a reader may know."""
    lines = (wrap(line, QUOTED_CHARACTERS) or [""] for line in _TURNING.sub("", text).splitlines())
    return "\n".join(f"> {part}" for parts in lines for part in parts)


@pass_context
def _date(context: Context, value: str) -> str:
    return _day(date.fromisoformat(value), context["language"])


@pass_context
def _time(context: Context, value: str, until: str = "") -> str:
    """In words, by the clock in Sweden, which it names: an hour comes twice a year, and readers are elsewhere."""
    at, language = _in_sweden(value), context["language"]
    end = _in_sweden(until) if until else at
    clock = f"({CLOCK[language]}, {at.tzname()})"
    if end == at:
        return f"{_moment(at, language)} {clock}"
    if (end.date(), end.tzname()) == (at.date(), at.tzname()):
        return f"{_moment(at, language, FROM)}{TO[language]}{end:%H:%M} {clock}"
    return f"{_moment(at, language)} {clock} – {_time(context, until)}"


@pass_context
def _kind(context: Context, code: str) -> str:
    return words.kind(code, context["language"])


@pass_context
def _occupation(context: Context, ssyk: str) -> str:
    return words.occupation(ssyk, context["language"])


@pass_context
def _seat(context: Context, status: str) -> str:
    return words.SEATS[context["language"]][status]


def _in_sweden(value: str) -> datetime:
    return datetime.fromisoformat(value).astimezone(SWEDEN)


def _moment(at: datetime, language: str, before: Mapping[str, str] = AT) -> str:
    return f"{WEEKDAYS[language].split()[at.weekday()]} {_day(at, language)} {before[language]} {at:%H:%M}"


def _day(day: date, language: str) -> str:
    return f"{day.day} {MONTHS[language].split()[day.month - 1]} {day.year}"


_environment = Environment(undefined=StrictUndefined)  # noqa: S701  # the mails are plain text
_environment.filters |= {"date": _date, "time": _time, "quoted": _quoted}
_environment.filters |= {"kind": _kind, "occupation": _occupation, "seat": _seat}
_environment.tests["decided"] = words.is_decided


def _load() -> dict[tuple[str, Language], tuple[Template, Template]]:
    """Every template as its subject, which is its first line, and its body."""
    loaded = {}
    for path in TEMPLATES.glob("*.txt"):
        name, language, _ = path.name.split(".")
        subject, _, body = _text_of(path.name).partition("\n\n")
        loaded[name, Language(language)] = _environment.from_string(subject), _environment.from_string(body)
    return loaded


def _text_of(name: str) -> str:
    """A template, what it includes in its place: by Jinja each would take a context of its own at every mail."""
    text = (TEMPLATES / name).read_text(encoding="utf-8").removesuffix("\n")
    return _INCLUDED.sub(lambda included: _text_of(included[1]), text)


_templates = _load()
