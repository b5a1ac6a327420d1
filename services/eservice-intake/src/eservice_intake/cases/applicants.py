"""What applicants do with their case: opened by them alone, told in the timeline and to the others."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from fastapi import Depends, Request

from eservice_intake.cases.finding import find_case
from eservice_intake.cases.handling import record
from eservice_intake.cases.models import Case
from eservice_intake.cases.steps import APPLICANT, Step
from eservice_intake.identities.models import CasePerson, SignInClosed, SignInFirst, SignInWeak
from eservice_intake.identities.residents import residents_of
from shared.clock import day_in_sweden
from shared.database import Session
from shared.errors import DomainError, NotFound
from shared.events.eservice_intake import CaseEvent
from web import Now, Transaction
from web.mailed_links import Secret
from web.staff import bearer


class UnknownApplication(NotFound):
    """There is no application with that reference and secret, or that you signed in to send in. See the receipt."""

    concerns_security = True
    sv = (
        "Det finns ingen ansökan med den referensen och hemligheten, eller som du var inloggad när du skickade in. "
        "Se kvittensen."
    )


OPENING: tuple[type[DomainError], ...] = (UnknownApplication, SignInFirst, SignInWeak, SignInClosed)
"""What a request about one's own case may be refused for."""


@dataclass(frozen=True)
class Applicant:
    """Whoever asks about their own case: by the secret on its receipt, or signed in."""

    secret: str
    number_hash: str | None = None

    async def case(self, session: Session, reference: str, *, lock: bool = False) -> Case:
        """The case that is theirs. Raises UnknownApplication."""
        case = await find_case(session, reference, lock=lock)
        if case is None or not await self.owns(session, case):
            raise UnknownApplication
        return case

    async def owns(self, session: Session, case: Case) -> bool:
        """Whether the secret is the case's; or whether they signed in to send it in as their own."""
        if self.number_hash is None:
            return case.opens_with(self.secret)
        person = await session.get(CasePerson, (case.id, self.number_hash))
        return person is not None and person.signed_in


async def _applicant(request: Request, secret: Secret = "") -> Applicant:
    """A secret decides when there is one: it opens the same whoever sends it."""
    if secret or bearer(request) is None:
        return Applicant(secret)
    today = day_in_sweden(request.app.state.clock())
    resident = await residents_of(request).signed_in(request, today)
    return Applicant("", request.app.state.seal.hash_of(resident.number))


ByApplicant = Annotated[Applicant, Depends(_applicant)]


@dataclass(frozen=True)
class ApplicantStep:
    """A step that the applicant is taking. Nothing is kept of where they are."""

    case: Case
    tx: Session
    at: datetime

    async def done(self, step: Step, event: CaseEvent, **details: Any) -> None:
        await record(self.tx, self.case, step, event, self.at, APPLICANT, APPLICANT, **details)
        self.tx.audit(APPLICANT, step.replace("_", " "), case=self.case.diary)


async def _applying(reference: str, applicant: ByApplicant, tx: Transaction, at: Now) -> ApplicantStep:
    """The token comes before the transaction, which may have the answer to a repeated request."""
    return ApplicantStep(await applicant.case(tx, reference, lock=True), tx, at)


Applying = Annotated[ApplicantStep, Depends(_applying, scope="function")]
"""A step with one's own case."""
