"""What somebody who moves here wants help with: told to those who can answer, without a word that anybody wrote."""

from collections.abc import Mapping
from typing import Any

from shared.events import HelpWanted
from web import NewRow
from web.submissions import PendingSubmission

ESERVICE = "inflyttarlots"


def tell(submission: PendingSubmission, case: NewRow, answers: Mapping[str, Any]) -> None:
    if case.eservice == ESERVICE:
        submission.publish(_help_wanted(case, answers))


def _help_wanted(case: NewRow, answers: Mapping[str, Any]) -> HelpWanted:
    return HelpWanted(
        application_id=case.id,
        reference=case.reference,
        language=case.language,
        applicant_contact_id=case.applicant_contact_id,
        wants=answers["wants"],
        housing_kinds=answers.get("housing_kind", []),
        work_sectors=answers.get("work_sector", []),
        children=answers.get("children"),
        household_size=answers["household_size"],
        moves=answers["when"],
    )
