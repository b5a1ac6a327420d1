"""Staff read what registers said of a case's answers."""

from sqlmodel import select

from eservice_intake.cases.models import Case
from eservice_intake.lookups.models import RegisterCheck, Verdict
from shared.clock import now
from shared.database import Database
from tests.system import System

from .casework import Desk
from .visitors import Visitor

CASES = "/handlaggare/arenden"


async def checked(system: System, reference: str) -> None:
    """A register has said that the place's number is somebody else's."""
    database = Database(system.settings("eservice-intake"))
    async with database.transaction() as tx:
        case = (await tx.exec(select(Case).where(Case.reference == reference))).one()
        told = {"name": "Björnen & Co AB"}
        tx.add(RegisterCheck(case_id=case.id, field="place", verdict=Verdict.ANOTHER_NAME, told=told, checked_at=now()))
    await database.close()


async def test_what_a_register_said_stands_beside_the_answers(clerk: Visitor, system: System, desk: Desk):
    reference = await desk.receives()
    before = (await clerk.get(f"{CASES}/{reference}")).text
    await checked(system, reference)

    page = (await clerk.get(f"{CASES}/{reference}")).text

    assert "Kontroll mot register" not in before
    assert "Numret hör enligt registret till Björnen &amp; Co AB" in page
