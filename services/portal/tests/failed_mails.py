"""What notifications says of the mails of a case, which nobody sends here."""

from sqlmodel import select

from eservice_intake.cases.finding import rows_of
from eservice_intake.cases.models import Case
from eservice_intake.decisions.models import Decision
from eservice_intake.decisions.parties import DecisionParty
from eservice_intake.referrals.models import Referral
from eservice_intake.subscribers import follow
from shared.database import Database
from shared.events import MailFailed
from tests.system import System


async def mails_fail(system: System, reference: str) -> None:
    """None of the mails with legal effect has come, whoever they were for."""
    database = Database(system.settings("eservice-intake"))
    async with database.transaction() as tx:
        case = (await tx.exec(select(Case).where(Case.reference == reference))).one()
        others = [row for model in (Decision, DecisionParty, Referral) for row in await rows_of(tx, model, case)]
        sent = {row.sent_event_id for row in (case, *others) if row.sent_event_id}
        await follow([MailFailed(about_id=case.id, told_event_id=one) for one in sorted(sent)], tx)
    await database.close()
