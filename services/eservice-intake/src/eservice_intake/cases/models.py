"""A case: what somebody sent in, and what has become of it."""

import hmac
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Index, text
from sqlmodel import Field, SQLModel
from uuid_utils.compat import uuid7

from eservice_intake.cases.days import WithDays
from eservice_intake.cases.deadlines import days_to_tell, decision_due_on
from eservice_intake.cases.endings import WithEnd
from eservice_intake.cases.states import after
from eservice_intake.cases.statuses import ENDED, OPEN, Status
from eservice_intake.cases.steps import Step
from eservice_intake.clock.rules import Clock
from shared.clock import now
from shared.columns import UtcDateTime, text_enum
from shared.errors import Conflict, NotFound
from shared.events import Language, TaskClaimed, TaskReleased
from shared.mailed_links import hash_of
from shared.series import next_of

_ENDED = text("ended_at IS NOT NULL")
_PURGED = text("purge_on IS NOT NULL")
_MERGED = text("merged_into_id IS NOT NULL")


class UnknownCase(NotFound):
    """There is no such case. Check the reference."""

    sv = "Ärendet finns inte. Kontrollera referensen."


class SameUnit(Conflict):
    """The case is at that unit already."""

    sv = "Ärendet finns redan hos den enheten."


class SameCase(Conflict):
    """A case cannot be merged or linked with itself. Name another case."""

    sv = "Ett ärende kan inte föras samman eller kopplas ihop med sig självt. Ange ett annat ärende."


class OriginalEnded(Conflict):
    """The other case is not open. A case is merged into one that is."""

    sv = "Det andra ärendet är inte öppet. Ett ärende förs samman med ett som är det."


class Case(WithEnd, WithDays, table=True):
    """Answers that follow the e-service's rules, with what was computed from them, and how far the case has come.

    Its diary number is `<diary_series>-<diary_number>`. `version` counts its steps.
    """

    __tablename__ = "eservice_case"
    __table_args__ = (
        Index("ix_eservice_case_diary", "diary_series", "diary_number", unique=True),
        Index("ix_eservice_case_ended_at", "ended_at", postgresql_where=_ENDED, sqlite_where=_ENDED),
        Index("ix_eservice_case_purge_on", "purge_on", postgresql_where=_PURGED, sqlite_where=_PURGED),
        Index("ix_eservice_case_merged", "merged_into_id", postgresql_where=_MERGED, sqlite_where=_MERGED),
    )

    id: UUID = Field(default_factory=uuid7, primary_key=True)
    reference: str = Field(unique=True)
    secret_hash: str
    diary_series: str = Field(max_length=20)
    diary_number: int = next_of("diary_series")
    eservice: str = Field(max_length=100)
    definition: str | None = Field(default=None, max_length=64, description="The e-service's version it was sent with.")
    language: Language = Field(sa_type=text_enum(Language))
    answers: dict[str, Any] = Field(sa_type=JSON)
    kind: str
    unit: str
    status: Status = Field(default=Status.RECEIVED, sa_type=text_enum(Status))
    applicant_contact_id: UUID | None = Field(default=None, foreign_key="contact.id")
    sender: str | None = Field(default=None, description="As the diary has it: None when the sender is anonymous.")
    identified: bool = False
    told_of_service: bool = Field(default=False, description="Whether the applicant knows of simplified service.")
    address_proved: bool = Field(default=False, description="Whether the applicant came by a link in a mail to it.")
    confidential: bool = False
    hidden_at: datetime | None = Field(default=None, sa_type=UtcDateTime, description="When it last became so.")
    received_at: datetime = Field(default_factory=now, sa_type=UtcDateTime)
    handler_id: UUID | None = Field(default=None, description="Who holds its task.")
    handler_event_id: UUID | None = Field(default=None, description="The latest event of its task that it has seen.")
    completed_on: date | None = None
    told: Mapping[str, str] = Field(default_factory=dict, sa_type=JSON, description="By step, for which day it was.")
    look_on: date | None = Field(default=None, index=True, description="When something is next told of it by itself.")
    purge_on: date | None = Field(default=None, description="When it is next seen whether its time is over.")
    anonymised_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    merged_into_id: UUID | None = Field(default=None, foreign_key="eservice_case.id")
    version: int = 1

    @staticmethod
    def series_of(diary: str, received_on: date) -> str:
        """The series of a year's diary, such as MH-2026."""
        return f"{diary}-{received_on.year}"

    @property
    def diary(self) -> str:
        """The diary number, such as MH-2026-000123."""
        return f"{self.diary_series}-{self.diary_number:06}"

    @property
    def may_be_mailed(self) -> bool:
        """Whether what is in it may be mailed: its sender has signed in, or come by a link in a mail to the address."""
        return (self.identified or self.address_proved) and not self.confidential

    @property
    def gets_decisions_by_mail(self) -> bool:
        """Whether the applicant has asked for it in the form, and it may be mailed."""
        return self.may_be_mailed and self.answers.get("decision_by_email") is True

    def opens_with(self, secret: str) -> bool:
        return hmac.compare_digest(self.secret_hash, hash_of(secret))

    def take(self, step: Step, at: datetime | None = None, back: Status | None = None) -> None:
        """Go where the step leads; `at` is when, if it may end there. Raises WrongState."""
        self.status = after(step, self.status, back)
        self.end((at or self.ended_at) if self.status in ENDED else None)

    def request_supplement(self, due_on: date) -> None:
        self.take(Step.REQUEST_SUPPLEMENT)
        self.supplement_due_on = due_on

    def receive_supplement(self) -> None:
        self.take(Step.RECEIVE_SUPPLEMENT)
        self.end_supplement()

    def extend(self, due_on: date) -> None:
        """Put off what is due: the supplement that is waited for, or else the decision."""
        self.take(Step.EXTEND)
        if self.status is Status.AWAITING_SUPPLEMENT:
            self.supplement_due_on = due_on
        else:
            self.extended_to_on = due_on

    def complete(self, on: date) -> date:
        """Since which day. Once complete it stays so: what is asked for afterwards stops the time, and no more."""
        self.take(Step.COMPLETE)
        self.completed_on = self.completed_on or on
        return self.completed_on

    def keep_days(self, clock: Clock, reminded_on: date | None) -> None:
        """Take over the days of the law's clock. What an open case waited for counts as told when it ends."""
        if self.status is not Status.AWAITING_SUPPLEMENT:
            self.end_supplement()
        self.decision_due_on = decision_due_on(clock, self.extended_to_on)
        days = self.days_to_tell(clock, reminded_on)
        if self.status not in OPEN:
            self.end_days()
            self.tell({step: day for step, day in days.items() if step is not Step.REMIND_OF_REPORT})
        self.look_on = min(self.untold(days).values(), default=None)

    def days_to_tell(self, clock: Clock, reminded_on: date | None) -> dict[Step, date]:
        """What is told of the case by itself, and on which day, told or not."""
        return days_to_tell(clock, self.supplement_due_on, self.decision_due_on, reminded_on)

    def untold(self, days: Mapping[Step, date]) -> dict[Step, date]:
        return {step: day for step, day in days.items() if self.told.get(step) != day.isoformat()}

    def tell(self, days: Mapping[Step, date]) -> None:
        """Keep that it was told, for that day: once is enough, unless the day is another one then."""
        self.told = {**self.told, **{step: day.isoformat() for step, day in days.items()}}

    def withdraw(self, at: datetime) -> None:
        self.take(Step.WITHDRAW, at)

    def close(self, at: datetime) -> None:
        self.take(Step.CLOSE, at)

    def move(self, unit: str) -> None:
        self.take(Step.MOVE)
        if unit == self.unit:
            raise SameUnit
        self.unit, self.handler_id = unit, None

    def merge_into(self, original: "Case", at: datetime) -> None:
        if original.id == self.id:
            raise SameCase
        self.take(Step.MERGE, at)
        if original.status not in OPEN:
            raise OriginalEnded
        self.merged_into_id = original.id

    def follow(self, event: TaskClaimed | TaskReleased) -> None:
        """Have the holder of the task as handler, unless the case has moved, or a later event was seen.

        Who holds a confidential case's task handles it only when the head of the unit has said so.
        """
        if event.queue != self.unit or (self.handler_event_id and self.handler_event_id >= event.event_id):
            return
        holds = isinstance(event, TaskClaimed) and (event.confidential or not self.confidential)
        self.handler_id = event.holder_id if holds else None
        self.handler_event_id = event.event_id

    def change_secrecy(self, confidential: bool, at: datetime) -> None:
        self.take(Step.CHANGE_SECRECY)
        self.confidential, self.hidden_at = confidential, at if confidential else self.hidden_at


class CaseStep(SQLModel, table=True):
    """What was done with a case, as its timeline shows it. `details` names nobody but staff."""

    __tablename__ = "eservice_case_step"

    id: UUID = Field(default_factory=uuid7, primary_key=True)
    case_id: UUID = Field(foreign_key="eservice_case.id", index=True)
    version: int
    step: Step = Field(sa_type=text_enum(Step))
    by: str = Field(description="The subject of the member of staff, `applicant` or `clock`.")
    by_name: str
    at: datetime = Field(sa_type=UtcDateTime)
    details: Mapping[str, Any] = Field(default_factory=dict, sa_type=JSON)


class SupplementRequest(SQLModel, table=True):
    """What the applicant is asked to complete. While it is open, the statutory clock stands still."""

    __tablename__ = "eservice_supplement_request"

    id: UUID = Field(default_factory=uuid7, primary_key=True)
    case_id: UUID = Field(foreign_key="eservice_case.id", index=True)
    wanted: str
    due_on: date
    requested_at: datetime = Field(sa_type=UtcDateTime)
    answered_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    answer: str | None = None


class Message(SQLModel, table=True):
    """What the handler and the applicant write to each other about a case."""

    __tablename__ = "eservice_message"

    id: UUID = Field(default_factory=uuid7, primary_key=True)
    case_id: UUID = Field(foreign_key="eservice_case.id", index=True)
    by_applicant: bool
    by_name: str | None = Field(default=None, description="The member of staff; None when it is the applicant.")
    text: str
    sent_at: datetime = Field(sa_type=UtcDateTime)
    read_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
