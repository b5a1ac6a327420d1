"""What applicants do with their case: opened by the secret on the receipt, told in the timeline and to the others."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from fastapi import Depends, Header

from eservice_intake.cases.finding import find_case
from eservice_intake.cases.handling import record
from eservice_intake.cases.models import Case
from eservice_intake.cases.states import Step
from shared.database import Session
from shared.errors import NotFound
from shared.events.eservice_intake import CaseEvent
from web import Now, Transaction

APPLICANT = "applicant"


class UnknownApplication(NotFound):
    """There is no application with that reference and secret. Both are on the receipt."""

    concerns_security = True
    sv = "Det finns ingen ansökan med den referensen och hemligheten. Båda står på kvittensen."


Secret = Annotated[str, Header(alias="X-Application-Secret", description="The secret that was told with it.")]


async def case_opened(session: Session, reference: str, secret: str, *, lock: bool = False) -> Case:
    """The case that the secret opens. Raises UnknownApplication."""
    case = await find_case(session, reference, lock=lock)
    if case is None or not case.opens_with(secret):
        raise UnknownApplication
    return case


@dataclass(frozen=True)
class ApplicantStep:
    """A step that the applicant is taking. Nothing is kept of where they are."""

    case: Case
    tx: Session
    at: datetime

    async def done(self, step: Step, event: CaseEvent, **details: Any) -> None:
        await record(self.tx, self.case, step, event, self.at, APPLICANT, APPLICANT, **details)
        self.tx.audit(APPLICANT, step.replace("_", " "), case=self.case.diary)


async def _applying(reference: str, tx: Transaction, at: Now, secret: Secret = "") -> ApplicantStep:
    return ApplicantStep(await case_opened(tx, reference, secret, lock=True), tx, at)


Applying = Annotated[ApplicantStep, Depends(_applying, scope="function")]
"""A step with the case that the secret opens."""
