"""The county administrative board's copy of what it is to be told of."""

from uuid_utils.compat import uuid7

from eservice_intake.cases.handling import facts as case_facts
from eservice_intake.referrals.models import Referral
from shared.contacts import Contact
from shared.events import CaseCopied, Language
from web import NewRow
from web.submissions import PendingSubmission

COUNTY_BOARD = "Länsstyrelsen"


def send_copy(submission: PendingSubmission, case: NewRow, email: str) -> None:
    """Tell the county administrative board where to read the case, by a link in a mail."""
    party = submission.insert(Contact, name=COUNTY_BOARD, email=email, language=Language.SWEDISH)
    event = CaseCopied(**case_facts(case), referral_id=uuid7(), party_contact_id=party.id)
    submission.insert(
        Referral,
        id=event.referral_id,
        case_id=case.id,
        party_contact_id=party.id,
        party_name=COUNTY_BOARD,
        asked_at=submission.at,
        sent_event_id=event.event_id,
    )
    submission.publish(event)
