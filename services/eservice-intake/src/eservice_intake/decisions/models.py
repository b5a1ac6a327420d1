"""What was decided about a case, and what was appealed. An earlier decision stays as it was beside the later one."""

from datetime import date, datetime
from enum import StrEnum
from typing import Self
from uuid import UUID

from sqlalchemy import JSON, Index
from sqlmodel import Field, SQLModel
from uuid_utils.compat import uuid7

from eservice_intake.decisions.rules import DAY, AppealPeriod, control_message_on, served_when_simplified
from shared.clock import day_in_sweden
from shared.columns import UtcDateTime, text_enum
from shared.errors import Conflict, NotFound
from shared.events import Outcome


class NoDecision(NotFound):
    """There is no such decision. The case is not decided yet, or the number is of none of its decisions."""

    sv = "Beslutet finns inte. Ärendet är inte avgjort ännu, eller så är numret inget av dess beslut."


class NothingProposed(Conflict):
    """Nothing is proposed. Give the decision itself."""

    sv = "Inget är föreslaget. Ange själva beslutet."


class FourEyes(Conflict):
    """You proposed this decision. Somebody else must decide."""

    sv = "Du har föreslagit beslutet. Någon annan måste besluta."


class AlreadyServed(Conflict):
    """The decision has been served already, so the time to appeal runs. Nothing more is needed."""

    sv = "Beslutet är redan delgivet, så tiden att överklaga löper. Inget mer behöver göras."


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


class Service(StrEnum):
    """How the applicant is served: by a receipt that they confirm, or counted from when it was sent."""

    RECEIPT = "receipt"
    SIMPLIFIED = "simplified"


class DecisionContent(SQLModel):
    """What a decision says."""

    outcome: Outcome = Field(sa_type=text_enum(Outcome))
    reasons: str
    legal_basis: list[str] = Field(sa_type=JSON)
    conditions: list[str] = Field(sa_type=JSON)
    fee: int | None = None


class Decision(DecisionContent, table=True):
    """A decision, or what is proposed to be one. `number` counts those of a case; its `appeal_id` is what it dismisses.

    `control_due_on` and `final_due_on` are the days on which the clock has something to do.
    """

    __tablename__ = "eservice_decision"
    __table_args__ = (
        Index("ix_eservice_decision_case", "case_id", "number", unique=True),
        Index("ix_eservice_decision_decided_at", "decided_at", "id"),
    )

    id: UUID = Field(default_factory=uuid7, primary_key=True)
    case_id: UUID = Field(foreign_key="eservice_case.id")
    number: int
    unit: str
    appealable: bool = False
    proposed_by: str | None = None
    proposed_by_name: str | None = None
    decided_by: str | None = None
    decided_by_name: str | None = None
    delegation: str | None = None
    decided_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    service: Service = Field(default=Service.RECEIPT, sa_type=text_enum(Service))
    opened_at: datetime | None = Field(
        default=None, sa_type=UtcDateTime, description="When the applicant first opened it."
    )
    served_on: date | None = None
    appeal_until: date | None = None
    control_due_on: date | None = Field(default=None, index=True)
    final_due_on: date | None = Field(default=None, index=True)
    final_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    replaced_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    revoked_because: str | None = None
    appeal_id: UUID | None = None

    @property
    def is_proposal(self) -> bool:
        return self.decided_at is None

    @property
    def is_in_force(self) -> bool:
        return not (self.is_proposal or self.replaced_at or self.revoked_at)

    def propose(self, by: str, by_name: str) -> None:
        self.proposed_by, self.proposed_by_name = by, by_name

    def fill(self, content: DecisionContent) -> None:
        for name in DecisionContent.model_fields:
            setattr(self, name, getattr(content, name))

    def decide(self, by: str, by_name: str, delegation: str, appealable: bool, at: datetime) -> None:
        """Raises FourEyes when it was proposed by the same person."""
        if self.proposed_by == by:
            raise FourEyes
        self.decided_by, self.decided_by_name, self.delegation = by, by_name, delegation
        self.appealable, self.decided_at = appealable, at

    def send(self, service: Service, at: datetime) -> None:
        """Begin to serve it. One that nobody can appeal is final the day after."""
        self.service = service
        today = day_in_sweden(at)
        if not self.appealable:
            self.final_due_on = today + DAY
        elif service is Service.SIMPLIFIED:
            self.control_due_on = control_message_on(today)
            self._serve(served_when_simplified(today))

    def confirm(self, on: date) -> None:
        """The applicant has it. Raises AlreadyServed when that is no news."""
        if self.served_on is not None and self.served_on <= on:
            raise AlreadyServed
        self.control_due_on = None
        self._serve(on)

    def _serve(self, on: date) -> None:
        self.served_on = on
        if self.appealable:
            period = AppealPeriod(on)
            self.appeal_until, self.final_due_on = period.last_day, period.final_on

    def is_in_time(self, received_on: date) -> bool:
        """Whether an appeal that arrived on the day is in time. Before service, the time has not begun to run."""
        return self.appeal_until is None or received_on <= self.appeal_until

    def become_final(self, at: datetime) -> None:
        self.final_due_on = None
        self.final_at = at

    def replace(self, at: datetime) -> None:
        """A later decision holds instead."""
        self.replaced_at = at
        self.stop()

    def revoke(self, because: str, at: datetime) -> None:
        self.revoked_at, self.revoked_because = at, because
        self.stop()

    def stop(self) -> None:
        """It does not become final: it holds no longer, or is for a court."""
        self.control_due_on = self.final_due_on = None


class Appeal(SQLModel, table=True):
    """What somebody wrote against a decision, and what has become of it."""

    __tablename__ = "eservice_appeal"

    id: UUID = Field(default_factory=uuid7, primary_key=True)
    case_id: UUID = Field(foreign_key="eservice_case.id", index=True)
    decision_id: UUID = Field(foreign_key="eservice_decision.id")
    text: str
    by_applicant: bool
    received_on: date
    in_time: bool
    received_at: datetime = Field(sa_type=UtcDateTime)
    forwarded_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    dismissed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)

    @classmethod
    def against(cls, decision: Decision, text: str, received_on: date, at: datetime, by_applicant: bool) -> Self:
        """Raises NotAppealable."""
        if not decision.appealable:
            raise NotAppealable
        in_time = decision.is_in_time(received_on)
        if in_time:
            decision.stop()
        return cls(
            case_id=decision.case_id,
            decision_id=decision.id,
            text=text,
            by_applicant=by_applicant,
            received_on=received_on,
            in_time=in_time,
            received_at=at,
        )

    @property
    def waits(self) -> bool:
        """Whether nothing has been done about it."""
        return self.forwarded_at is None and self.dismissed_at is None

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
