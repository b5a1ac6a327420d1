"""What staff look at before they take a step, as eservice-intake tells it."""

from datetime import date

from portal.clients.base import Read
from portal.clients.staff_cases import DecisionRead


class Missing(Read):
    wanted: str
    due_on: date


class SupplementPreview(Read):
    language: str
    unmailed_because: str | None
    title: str
    status_text: str
    missing: Missing


class StepMail(Read):
    """A mail about a step: what it tells of, to whom, and what it says."""

    tells: str
    to_party: bool
    party_name: str | None
    language: str
    unmailed_because: str | None
    due_on: date | None
    earliest_start_on: date | None
    into_reference: str | None
    served_on: date | None
    appeal_until: date | None
    received_on: date | None
    ruled_on: date | None
    opens: bool


class StepPreview(Read):
    mails: list[StepMail]


class Served(Read):
    """How a decision reaches whoever is served it, the applicant or another party."""

    language: str
    unmailed_because: str | None
    to_party: bool
    party_name: str | None
    enclosed: str | None


class SendingPreview(Served):
    served_on: date
    appeal_until: date | None


class PartyAlso(Read):
    """Somebody else who is served a decision."""

    name: str
    language: str
    unmailed_because: str | None


class DecisionPreview(DecisionRead, Served):
    appealable: bool
    earlier_decided_on: date | None
    also: list[PartyAlso]
