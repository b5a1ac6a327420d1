"""What somebody wrote against a decision, and what has become of it."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Self
from uuid import UUID

from sqlmodel import Field, SQLModel
from uuid_utils.compat import uuid7

from eservice_intake.cases.finding import rows_of
from eservice_intake.cases.models import Case
from eservice_intake.cases.statuses import Status
from eservice_intake.decisions.models import Decision
from eservice_intake.decisions.parties import DecisionParty
from shared.columns import UtcDateTime
from shared.database import Session
from shared.errors import Conflict, DomainError, NotFound
from shared.events import Ruling


class NotAppealable(Conflict):
    """There is no appeal against this decision."""

    sv = "Det här beslutet kan inte överklagas."


class NoAppeal(NotFound):
    """The case has no appeal that waits. Register it first."""

    sv = "Ärendet har inget överklagande som väntar. Registrera det först."


class AppealIsLate(Conflict):
    """The appeal came too late to be forwarded. Dismiss it by a decision."""

    sv = "Överklagandet kom in för sent för att lämnas över. Avvisa det genom ett beslut."


class AppealInTime(Conflict):
    """The appeal came in time and cannot be dismissed as late. Forward it."""

    sv = "Överklagandet kom in i rätt tid och kan inte avvisas som för sent. Lämna över det."


class AlreadyForwarded(Conflict):
    """The appeal has been forwarded already."""

    sv = "Överklagandet har redan lämnats över."


class NothingWithCourt(Conflict):
    """No appeal has been forwarded that is not ruled on. Forward it first."""

    sv = "Inget överklagande är överlämnat som inte är avgjort. Lämna över det först."


class WithCourt(Conflict):
    """The decision has been appealed and the appeal forwarded. It cannot be changed before a court has ruled."""

    sv = "Beslutet är överklagat och överklagandet överlämnat. Det kan inte ändras innan överinstansen har avgjort det."


class AppealWaits(Conflict):
    """An appeal waits that is late or about another decision of the case. Dismiss or forward it first."""

    sv = "Ett överklagande väntar som är för sent eller gäller ett annat beslut. Avvisa det eller lämna över det först."


class Appeal(SQLModel, table=True):
    """What somebody wrote against a decision, and what has become of it."""

    __tablename__ = "eservice_appeal"

    id: UUID = Field(default_factory=uuid7, primary_key=True)
    case_id: UUID = Field(foreign_key="eservice_case.id", index=True)
    decision_id: UUID = Field(foreign_key="eservice_decision.id")
    text: str
    by_applicant: bool
    party_id: UUID | None = None
    received_on: date
    in_time: bool
    received_at: datetime = Field(sa_type=UtcDateTime)
    forwarded_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    dismissed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    ruled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    lapsed_at: datetime | None = Field(
        default=None, sa_type=UtcDateTime, description="When a court undid what it was about."
    )

    @classmethod
    def against(
        cls,
        decision: Decision,
        text: str,
        received_on: date,
        at: datetime,
        by_applicant: bool = False,
        party: DecisionParty | None = None,
    ) -> Self:
        """By a party, in the party's own time. Raises NotAppealable."""
        if not decision.appealable:
            raise NotAppealable
        in_time = (party or decision).is_in_time(received_on)
        if in_time:
            decision.await_court()
        return cls(
            case_id=decision.case_id,
            decision_id=decision.id,
            text=text,
            by_applicant=by_applicant,
            party_id=party.id if party else None,
            received_on=received_on,
            in_time=in_time,
            received_at=at,
        )

    @property
    def waits(self) -> bool:
        """Whether nothing has been done about it."""
        return not (self.forwarded_at or self.dismissed_at or self.lapsed_at)

    @property
    def is_with_court(self) -> bool:
        return self.forwarded_at is not None and self.ruled_at is None

    def rule(self, ruling: Ruling | None, at: datetime) -> None:
        """A court has ruled on what it is about."""
        if self.is_with_court:
            self.ruled_at = at
        elif self.waits and ruling is not Ruling.UPHELD:
            self.lapsed_at = at

    def wait_again(self) -> None:
        """A court has found that it was in time after all."""
        self.dismissed_at, self.in_time = None, True

    def forward(self, at: datetime) -> None:
        if not self.in_time:
            raise AppealIsLate
        if self.forwarded_at is not None:
            raise AlreadyForwarded
        self.forwarded_at = at

    def dismiss(self, at: datetime) -> None:
        if self.in_time:
            raise AppealInTime
        self.dismissed_at = at


def status_with(appeals: Sequence[Appeal]) -> Status | None:
    """What the case is while an appeal waits, or a court has one."""
    if any(one.waits for one in appeals):
        return Status.APPEALED
    return Status.FORWARDED if any(one.is_with_court for one in appeals) else None


async def waiting_appeals(session: Session, case: Case) -> list[Appeal]:
    """Those that nothing has been done about, the first one first."""
    return [one for one in await appeals_of(session, case) if one.waits]


def first_in_time(waiting: Sequence[Appeal]) -> Appeal:
    """Raises NoAppeal and AppealIsLate."""
    return _first([one for one in waiting if one.in_time], AppealIsLate if waiting else NoAppeal)


def first_late(waiting: Sequence[Appeal]) -> Appeal:
    """Raises NoAppeal and AppealInTime."""
    return _first([one for one in waiting if not one.in_time], AppealInTime if waiting else NoAppeal)


async def require_not_with_court(session: Session, case: Case, decision: Decision) -> None:
    """Raise WithCourt when the decision is not the municipality's to change."""
    if any(one.is_with_court and one.decision_id == decision.id for one in await appeals_of(session, case)):
        raise WithCourt


async def follow_change(session: Session, case: Case, earlier: Decision, changed: Decision) -> None:
    """The appeals that wait are about the new decision then (46 § förvaltningslagen). Raises AppealWaits."""
    waiting = await waiting_appeals(session, case)
    if any(not one.in_time or one.decision_id != earlier.id for one in waiting):
        raise AppealWaits
    for appeal in waiting:
        appeal.decision_id = changed.id
    changed.await_court()
    session.add_all([*waiting, changed])


async def appeals_of(session: Session, case: Case) -> list[Appeal]:
    return await rows_of(session, Appeal, case)


def _first(appeals: Sequence[Appeal], otherwise: type[DomainError]) -> Appeal:
    if not appeals:
        raise otherwise
    return appeals[0]
