"""What was decided about a case, and what was appealed. An earlier decision stays as it was beside the later one."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Index
from sqlmodel import Field, SQLModel
from uuid_utils.compat import uuid7

from eservice_intake.decisions.recipients import Recipient, Service
from eservice_intake.decisions.rules import DAY
from shared.clock import day_in_sweden
from shared.columns import UtcDateTime, text_enum
from shared.errors import Conflict, Invalid, NotFound, Text, Violation
from shared.events import Outcome, Ruling


class NoDecision(NotFound):
    """There is no such decision. The case is not decided yet, or the number is of none of its decisions."""

    sv = "Beslutet finns inte. Ärendet är inte avgjort ännu, eller så är numret inget av dess beslut."


class NothingProposed(Conflict):
    """Nothing is proposed. Give the decision itself."""

    sv = "Inget är föreslaget. Ange själva beslutet."


class FourEyes(Conflict):
    """You proposed this decision. Somebody else must decide."""

    sv = "Du har föreslagit beslutet. Någon annan måste besluta."


class AlreadyRevoked(Conflict):
    """The decision is revoked already. Change the revocation to decide the case anew."""

    sv = "Beslutet är redan upphävt. Ändra upphävandet för att avgöra ärendet på nytt."


class DecisionContent(SQLModel):
    """What a decision says."""

    outcome: Outcome = Field(sa_type=text_enum(Outcome))
    reasons: str
    legal_basis: list[str] = Field(sa_type=JSON)
    conditions: list[str] = Field(sa_type=JSON)
    fee: int | None = None


class Act(StrEnum):
    """What a decision does: it decides the case, or changes or revokes an earlier one, or dismisses an appeal."""

    DECISION = "decision"
    CHANGE = "change"
    REVOCATION = "revocation"
    DISMISSAL = "dismissal"


@dataclass(frozen=True)
class Decider:
    """Who decides, by which item of the delegation order."""

    subject: str
    name: str
    delegation: str


class About(SQLModel):
    """What a decision does, to the earlier one with which number, or to which appeal."""

    act: Act = Field(default=Act.DECISION, sa_type=text_enum(Act))
    about_number: int | None = None
    appeal_id: UUID | None = None
    party_id: UUID | None = Field(default=None, description="Whose appeal it is: they alone are served it.")

    @property
    def is_about_case(self) -> bool:
        """Whether the case is decided by it, and not merely an appeal."""
        return self.act is not Act.DISMISSAL


class Ruled(SQLModel):
    """What the court, or the county administrative board, did with a decision."""

    ruling: Ruling | None = Field(default=None, sa_type=text_enum(Ruling))
    ruled_by: str | None = None
    ruled_on: date | None = None
    ruling_number: str | None = None
    ruling_text: str | None = None


class Decision(DecisionContent, About, Ruled, Recipient, table=True):
    """A decision, or what is proposed to be one; its recipient is the applicant. `number` counts those that were made.

    `control_due_on` and `final_due_on` are the days on which the clock has something to do.
    """

    __tablename__ = "eservice_decision"
    __table_args__ = (
        Index("ix_eservice_decision_case", "case_id", "number", unique=True),
        Index("ix_eservice_decision_decided_at", "decided_at", "id"),
    )

    id: UUID = Field(default_factory=uuid7, primary_key=True)
    case_id: UUID = Field(foreign_key="eservice_case.id")
    number: int | None = None
    unit: str
    appealable: bool = False
    proposed_by: str | None = None
    proposed_by_name: str | None = None
    decided_by: str | None = None
    decided_by_name: str | None = None
    delegation: str | None = None
    decided_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    final_due_on: date | None = Field(default=None, index=True)
    final_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    replaced_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    fee_basis: dict[str, Any] | None = Field(default=None, sa_type=JSON, description="How its fee was computed.")
    revoked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)

    def charge(self, amount: int, basis: dict[str, Any]) -> None:
        """Have the fee that was approved. Raises Invalid when the decision names another."""
        if self.fee not in (None, amount):
            raise Invalid(_OTHER_FEE)
        self.fee, self.fee_basis = amount, basis

    @property
    def is_proposal(self) -> bool:
        return self.decided_at is None

    @property
    def is_in_force(self) -> bool:
        undone = self.replaced_at or self.revoked_at or self.ruling is Ruling.ANNULLED
        return not (self.is_proposal or undone)

    def does(self, about: About) -> bool:
        return (about.act, about.about_number, about.appeal_id) == (self.act, self.about_number, self.appeal_id)

    def propose(self, by: str, by_name: str) -> None:
        self.proposed_by, self.proposed_by_name = by, by_name

    def fill(self, about: About, content: DecisionContent) -> None:
        """Say something else. Whoever proposed that something else is done has not proposed this."""
        if not self.does(about):
            self.proposed_by = self.proposed_by_name = None
        for given in (about, content):
            for name, value in given:
                setattr(self, name, value)

    def decide(self, by: Decider, number: int, appealable: bool, at: datetime) -> None:
        """Raises FourEyes when it was proposed by the same person."""
        if self.proposed_by == by.subject:
            raise FourEyes
        self.decided_by, self.decided_by_name, self.delegation = by.subject, by.name, by.delegation
        self.number, self.appealable, self.decided_at = number, appealable, at

    def send(self, service: Service, at: datetime) -> None:
        """Begin to serve it. One that nobody can appeal is final the day after."""
        self.service = service
        today = day_in_sweden(at)
        if not self.appealable:
            self.final_due_on = today + DAY
        elif service is Service.SIMPLIFIED:
            self.send_simplified(today, self.appealable)

    def serve(self, on: date, appealable: bool, service: Service = Service.RECEIPT, reason: str | None = None) -> None:
        """The applicant has it: the day is known on which it is final."""
        super().serve(on, appealable, service, reason)
        if self.appeal_until is not None:
            self.final_due_on = self.appeal_until + DAY

    def take_back(self, at: datetime) -> None:
        super().take_back(at)
        if self.appealable:
            self.final_due_on = None

    def become_final(self, at: datetime) -> None:
        self.final_due_on = None
        self.final_at = at

    def replace(self, at: datetime) -> None:
        """A later decision holds instead."""
        self.replaced_at = at
        self.stop()

    def revoke(self, at: datetime) -> None:
        """Raises AlreadyRevoked when it is a revocation itself."""
        if self.act is Act.REVOCATION:
            raise AlreadyRevoked
        self.revoked_at = at
        self.stop()

    def rule(self, ruled: Ruled, at: datetime) -> None:
        """Nothing more is to be tried about it."""
        for name, value in ruled:
            setattr(self, name, value)
        self.stop()
        if self.ruling is not Ruling.ANNULLED:
            self.final_at = self.final_at or at

    def hold_again(self, at: datetime) -> None:
        """A court has annulled its revocation."""
        self.revoked_at = None
        self.final_at = self.final_at or at

    def stop(self) -> None:
        """It holds no longer: nothing more comes of it by itself."""
        self.control_due_on = self.final_due_on = None

    def await_court(self) -> None:
        """Whether it holds is for a court."""
        self.final_due_on = None


_OTHER_FEE = Violation(
    "decision.fee",
    "other_fee",
    Text(
        sv="Avgiften är en annan än den som är fastställd. Utelämna den, eller fastställ den på nytt med ett skäl.",
        en="The fee is not the one that is approved. Leave it out, or approve another one with a reason.",
    ),
)
