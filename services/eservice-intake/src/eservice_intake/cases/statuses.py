"""What a case can be, and how people call it."""

from enum import StrEnum

from shared.errors import Text


class Status(StrEnum):
    RECEIVED = "received"
    AWAITING_SUPPLEMENT = "awaiting_supplement"
    COMPLETE = "complete"
    PROPOSED = "proposed"
    DECIDED = "decided"
    APPEALED = "appealed"
    FINAL = "final"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"
    MERGED = "merged"


OPEN = frozenset({Status.RECEIVED, Status.AWAITING_SUPPLEMENT, Status.COMPLETE, Status.PROPOSED})
"""Not decided yet, and not ended in another way."""

IN_WORDS: dict[Status, Text] = {
    Status.RECEIVED: Text(sv="inkommet", en="received"),
    Status.AWAITING_SUPPLEMENT: Text(sv="i väntan på komplettering", en="waiting for a supplement"),
    Status.COMPLETE: Text(sv="komplett", en="complete"),
    Status.PROPOSED: Text(sv="klart för beslut", en="ready for a decision"),
    Status.DECIDED: Text(sv="avgjort", en="decided"),
    Status.APPEALED: Text(sv="överklagat", en="appealed"),
    Status.FINAL: Text(sv="avgjort genom ett beslut som har fått laga kraft", en="decided, and the decision is final"),
    Status.CLOSED: Text(sv="avslutat", en="closed"),
    Status.WITHDRAWN: Text(sv="återkallat", en="withdrawn"),
    Status.MERGED: Text(sv="fört samman med ett annat ärende", en="merged with another case"),
}
