"""A step that a member of staff takes with a case: opened by those who may, by version, and told in three places."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Request, Response
from sqlmodel import col, select

from eservice_intake.cases.entries import enter
from eservice_intake.cases.finding import find_case, lock_cases
from eservice_intake.cases.models import Case, CaseStep, UnknownCase
from eservice_intake.cases.rules import Confidential, require_access, require_move
from eservice_intake.cases.slots import give_up_slot
from eservice_intake.cases.states import TRANSITIONS, by_whom
from eservice_intake.cases.steps import Step
from eservice_intake.cases.times import keep_days
from shared.clock import SWEDEN, day_in_sweden
from shared.database import Session
from shared.errors import DomainError, Text, Violation
from shared.events.eservice_intake import CaseEvent
from shared.staff import ADMINISTRATOR, CASEWORKER, REGISTRATOR, UNIT_HEAD, Person
from web import NewRow, Now, RequireRole, Transaction
from web.client import client_of
from web.transaction import database_of
from web.versions import Changed, VersionMissing, VersionRead, etag

Head = Annotated[Person, Depends(RequireRole(UNIT_HEAD, ADMINISTRATOR))]
Caseworker = Annotated[Person, Depends(RequireRole(CASEWORKER, UNIT_HEAD, REGISTRATOR, ADMINISTRATOR))]
READING: tuple[type[DomainError], ...] = (UnknownCase, Confidential)
"""What a request about one case may be refused for."""
HANDLING: tuple[type[DomainError], ...] = (*READING, VersionMissing, Changed)
"""What a step may be refused for, beside the state of the case."""


def facts(case: Case | NewRow) -> dict[str, Any]:
    """What every event about the case says of it."""
    return {
        "application_id": case.id,
        "reference": case.reference,
        "eservice": case.eservice,
        "kind": case.kind,
        "unit": case.unit,
        "language": case.language,
        "applicant_contact_id": case.applicant_contact_id,
    }


async def record(
    tx: Session, case: Case, step: Step, event: CaseEvent, at: datetime, by: str, by_name: str, **details: Any
) -> None:
    """Tell the timeline and the others of a step that was taken. The audit is told by whoever took it."""
    case.version += 1
    await keep_days(tx, case)
    case.tell_end(event.event_id)
    case.purge_on = day_in_sweden(at) + timedelta(1) if case.ended_at else None
    if case.ended_at:
        await give_up_slot(tx, case)
    tx.add(case)
    tx.add(CaseStep(case_id=case.id, version=case.version, step=step, by=by, by_name=by_name, at=at, details=details))
    tx.publish(event)
    await enter(tx, case)


async def case_of(session: Session, reference: str) -> Case:
    """The case with the reference, however it is written. Raises UnknownCase."""
    case = await find_case(session, reference)
    if case is None:
        raise UnknownCase
    return case


@dataclass(frozen=True)
class Opened:
    """A case that the person may open, and where they are."""

    case_id: UUID
    person: Person
    address: str

    def audit(self, tx: Session, action: str, case: Case, **details: Any) -> None:
        tx.audit(
            self.person.subject,
            action,
            case=case.diary,
            roles=sorted(self.person.roles),
            address=self.address,
            **details,
        )


class Opening:
    """A dependency that lets those through who may open the case. A refusal is audited, with the case."""

    def __init__(self, require: Callable[[Case, Person], None]) -> None:
        self._require = require

    async def __call__(self, reference: str, request: Request, person: Caseworker) -> Opened:
        async with database_of(request).reading() as session:
            case = await case_of(session, reference)
        request.state.about = {"case": case.diary}
        self._require(case, person)
        return Opened(case.id, person, client_of(request.scope))


@dataclass(frozen=True)
class PendingStep:
    """A step that is being taken: the case, locked, as it was when the person read it."""

    case: Case
    by: Opened
    tx: Session
    at: datetime
    response: Response

    async def done(self, step: Step, event: CaseEvent, **details: Any) -> Case:
        """Keep what was done: in the audit, in the timeline, and in an event for the others."""
        person = self.by.person
        await record(self.tx, self.case, step, event, self.at, person.subject, person.name, **details)
        self.by.audit(self.tx, step.replace("_", " "), self.case)
        self.response.headers["ETag"] = etag(self.case.version)
        return self.case

    @property
    def events(self) -> list[CaseEvent]:
        """What the others are to be told of the case."""
        about = (one for one in self.tx.published if isinstance(one, CaseEvent))
        return [one for one in about if one.application_id == self.case.id]

    async def undo(self) -> None:
        """Keep nothing, and tell nobody."""
        await self.tx.undo()
        del self.response.headers["ETag"]

    async def also(self, other: Case, step: Step, event: CaseEvent) -> None:
        """Keep in another case, which is locked too, what this step means there."""
        person = self.by.person
        await record(self.tx, other, step, event, self.at, person.subject, person.name, other=self.case.diary)
        self.by.audit(self.tx, step.replace("_", " "), other)


async def _step(opened: Opened, tx: Session, version: int, at: datetime, response: Response) -> PendingStep:
    case = (await lock_cases(tx, opened.case_id))[opened.case_id]
    if case.version != version:
        raise Changed(*await _changes(tx, case, version))
    return PendingStep(case, opened, tx, at, response)


async def _changes(tx: Session, case: Case, version: int) -> list[Violation]:
    query = select(CaseStep).where(CaseStep.case_id == case.id, CaseStep.version > version).order_by(col(CaseStep.id))
    steps = await tx.exec(query)
    return [Violation("If-Match", step.step, _said(step)) for step in steps]


def _said(step: CaseStep) -> Text:
    done, at = TRANSITIONS[step.step].done, step.at.astimezone(SWEDEN)
    by, when = by_whom(step.by_name), f"{at:%Y-%m-%d %H:%M}"
    return Text(sv=f"{done.sv}: {by.sv}, {when}.", en=f"{done.en}: {by.en}, {when}.")


async def _handling(
    opened: Annotated[Opened, Depends(Opening(require_access))],
    tx: Transaction,
    version: VersionRead,
    at: Now,
    response: Response,
) -> PendingStep:
    return await _step(opened, tx, version, at, response)


async def _moving(
    opened: Annotated[Opened, Depends(Opening(require_move))],
    tx: Transaction,
    version: VersionRead,
    at: Now,
    response: Response,
) -> PendingStep:
    return await _step(opened, tx, version, at, response)


Handling = Annotated[PendingStep, Depends(_handling, scope="function")]
"""A step with a case of one's own unit."""
Moving = Annotated[PendingStep, Depends(_moving, scope="function")]
"""A step that a registrator takes with every unit's cases."""
CaseRead = Annotated[Opened, Depends(Opening(require_access))]
"""A case that is only read."""
