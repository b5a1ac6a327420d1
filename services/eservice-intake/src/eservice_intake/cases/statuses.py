"""What a case can be, how people call it, and what it is to go from one to another."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from shared.errors import Text


class Status(StrEnum):
    RECEIVED = "received"
    AWAITING_SUPPLEMENT = "awaiting_supplement"
    COMPLETE = "complete"
    PROPOSED = "proposed"
    DECIDED = "decided"
    APPEALED = "appealed"
    FORWARDED = "forwarded"
    FINAL = "final"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"
    MERGED = "merged"


OPEN = frozenset({Status.RECEIVED, Status.AWAITING_SUPPLEMENT, Status.COMPLETE, Status.PROPOSED})
"""Not decided yet, and not ended in another way."""
ENDED = frozenset({Status.FINAL, Status.CLOSED, Status.WITHDRAWN, Status.MERGED})
"""Nothing more is to be done, unless somebody appeals late or the decision is changed."""

IN_WORDS: dict[Status, Text] = {
    Status.RECEIVED: Text(sv="inkommet", en="received"),
    Status.AWAITING_SUPPLEMENT: Text(sv="i väntan på komplettering", en="waiting for a supplement"),
    Status.COMPLETE: Text(sv="komplett", en="complete"),
    Status.PROPOSED: Text(sv="klart för beslut", en="ready for a decision"),
    Status.DECIDED: Text(sv="avgjort", en="decided"),
    Status.APPEALED: Text(sv="överklagat", en="appealed"),
    Status.FORWARDED: Text(sv="överlämnat till länsstyrelsen", en="with the county administrative board"),
    Status.FINAL: Text(sv="avgjort genom ett beslut som har fått laga kraft", en="decided, and the decision is final"),
    Status.CLOSED: Text(sv="avslutat", en="closed"),
    Status.WITHDRAWN: Text(sv="återkallat", en="withdrawn"),
    Status.MERGED: Text(sv="fört samman med ett annat ärende", en="merged with another case"),
}


def any_of(statuses: Collection[Status]) -> Text:
    """The statuses as a list in words, such as `received, complete or decided`."""
    words = [IN_WORDS[one] for one in Status if one in statuses]
    return Text(sv=_joined([one.sv for one in words], "eller"), en=_joined([one.en for one in words], "or"))


@dataclass(frozen=True)
class Transition:
    """From any of these to that, or to where it was when `to` is None; that it `can` be done, and was `done`.

    Where it is in one of `stays`, it stays there. What `back` names it goes to instead when the step says so.
    """

    of: Collection[Status]
    to: Status | None
    can: Text
    done: Text
    stays: Collection[Status] = ()
    back: Collection[Status] = ()


def _joined(words: list[str], conjunction: str) -> str:
    *first, last = words
    return f"{', '.join(first)} {conjunction} {last}" if first else last
