"""What a step of a case asks of who takes it, and what the API is sent."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from portal.clients.steps import Steps, Taking


@dataclass(frozen=True)
class Asked:
    """A field of a form of the API. `reads` is what the boxes stand for."""

    name: str
    label: str
    kind: str = "text"
    hint: str = ""
    input_type: str = "text"
    width: str = ""
    is_required: bool = True
    reads: str = "text"
    choices: str = ""
    """Which options there are, by name."""
    in_decision: bool = False
    """Whether the API has it in `decision`."""


@dataclass(frozen=True)
class StepForm:
    """A step as the page offers it. `step` is what the API calls it when it says that it can be taken."""

    slug: str
    step: str
    title: str
    button: str
    take: Callable[[Steps, Taking], Awaitable[None]]
    asks: Sequence[Asked] = ()
    note: str = ""
    preview: str = ""
    """What somebody will read: a name among `case_previews.PREVIEWS`."""
    has_body: bool = True

    def json(self, typed: Mapping[str, Sequence[str]]) -> dict[str, Any] | None:
        """What the API is sent. What is not filled in is left out, so that the API says what is missing."""
        if not self.has_body:
            return None
        given: dict[str, Any] = {}
        for one in self.asks:
            value = READERS[one.reads](list(typed.get(f"{self.slug}.{one.name}", ())))
            if value is not None:
                place = given.setdefault("decision", {}) if one.in_decision else given
                place[one.name] = value
        return given


def _text(given: list[str]) -> str | None:
    return (given[0].replace("\r\n", "\n").strip() or None) if given else None


def _lines(given: list[str]) -> list[str] | None:
    text = _text(given)
    return [line.strip() for line in text.split("\n") if line.strip()] if text else None


def _number(given: list[str]) -> int | str | None:
    """What is not a number is sent as it is: the API says what is wrong with it."""
    text = _text(given)
    digits = "".join(text.split()) if text else ""
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 16 else text


def _truth(given: list[str]) -> bool | None:
    return {"ja": True, "nej": False}.get(given[0]) if given else None


READERS: Mapping[str, Callable[[list[str]], Any]] = {"text": _text, "lines": _lines, "number": _number, "truth": _truth}

DAY: dict[str, Any] = {"input_type": "date", "width": "w-10"}
