"""Whose fault it was: what a mail server's answer means for a mail."""

import re
from dataclasses import dataclass
from enum import Enum, StrEnum, auto

_ENHANCED_STATUS = re.compile(r"\s*(\d\.\d{1,3}\.\d{1,3})\b")
_NO_SUCH_RECIPIENT = re.compile(r"5\.1\.(1|2|3|6|10)|5\.2\.1")
_OF_THE_SENDER = ("5.1.7", "5.1.8")
_TOO_LARGE = ("5.2.3", "5.3.4")
_OF_THE_COMMAND = (500, 501, 502, 503, 504, 530, 534, 535, 538)
_STORAGE_EXCEEDED = 552
SERVICE_CLOSES = 421
_NAMES_US = re.compile(r"\b(relay\w*|helo|ehlo|authenticat\w*)\b", re.IGNORECASE)
_ADDRESS = re.compile(r"\S+@\S+")


class Stage(StrEnum):
    """What the mail server was asked when it answered."""

    CONNECTION = "connection"
    SENDER = "sender"
    RECIPIENT = "recipient"
    CONTENT = "content"
    TEXT = "text"
    """Nothing yet: the mail could not be written."""


class Verdict(Enum):
    SENT = auto()
    LATER = auto()
    """Nobody's fault: it waits."""
    OUR_FAULT = auto()
    """It waits until we have mended it, and is seen in a metric."""
    REFUSED = auto()
    """By the recipient: it ends."""
    NO_SUCH_RECIPIENT = auto()
    UNSENDABLE = auto()
    """For what it says, or how it is addressed: it ends, and staff are told."""
    SUPPRESSED = auto()
    GONE = auto()
    SPENT = auto()
    PUBLISHER_AWAY = auto()
    """It goes as soon as its publisher answers again, however often that was asked."""
    NOT_TRIED = auto()


@dataclass(frozen=True)
class Outcome:
    """What came of a mail. The reason is the server's code, never its words, which may quote an address."""

    verdict: Verdict
    reason: str = ""
    stage: Stage | None = None
    slows: bool = False
    """Whether the server asks for fewer mails at a time."""
    digest: str = ""
    """Of the address, when there is none such."""


NOT_TRIED = Outcome(Verdict.NOT_TRIED)


def judge(stage: Stage, code: int, words: str) -> Outcome:
    """What a server's answer means that does not take the mail (RFC 5321, RFC 3463)."""
    status = _ENHANCED_STATUS.match(words)
    enhanced = status[1] if status else ""
    reason = f"{code} {enhanced}".strip()
    if not 500 <= code < 600:
        return Outcome(Verdict.LATER, reason, stage, slows=code == SERVICE_CLOSES or enhanced.startswith("4.7."))
    return Outcome(_blamed(stage, code, enhanced, words), reason, stage)


def _blamed(stage: Stage, code: int, enhanced: str, words: str) -> Verdict:
    if stage is Stage.CONNECTION or _is_about_us(code, enhanced, words):
        return Verdict.OUR_FAULT
    if enhanced in _TOO_LARGE or (stage is Stage.SENDER and code == _STORAGE_EXCEEDED):
        return Verdict.UNSENDABLE
    if stage is Stage.SENDER:
        return Verdict.OUR_FAULT
    if stage is Stage.RECIPIENT or enhanced.startswith(("5.1.", "5.2.", "5.4.")):
        # A 550 alone does not say that there is no such address.
        return Verdict.NO_SUCH_RECIPIENT if _NO_SUCH_RECIPIENT.fullmatch(enhanced) else Verdict.REFUSED
    return Verdict.UNSENDABLE


def _is_about_us(code: int, enhanced: str, words: str) -> bool:
    """Whether it is what we said, how we said it, or who we are, that is refused."""
    if enhanced:
        return enhanced.startswith(("5.5.", "5.7.")) or enhanced in _OF_THE_SENDER
    return code in _OF_THE_COMMAND or _NAMES_US.search(_ADDRESS.sub("", words)) is not None
