"""What staff do with two cases at once: merge a duplicate into its original, and link what belongs together."""

from typing import Annotated

from fastapi import Depends

from eservice_intake.cases.api import state_of
from eservice_intake.cases.finding import find_case, lock_cases
from eservice_intake.cases.forms import CaseState, OtherCaseForm
from eservice_intake.cases.handling import HANDLING, CaseRead, Handling, facts
from eservice_intake.cases.links import AlreadyLinked, CaseLink
from eservice_intake.cases.models import Case, OriginalEnded, SameCase
from eservice_intake.cases.rules import require_access
from eservice_intake.cases.states import WrongState
from eservice_intake.cases.steps import Step
from shared.errors import Invalid, Text, Violation
from shared.events import CaseLinked, CaseMerged
from web import Router, Transaction, refusals

router = Router(tags=["Cases"])


async def _other(form: OtherCaseForm, opened: CaseRead, tx: Transaction) -> Case:
    """The other case, which the person must be allowed to open too. Both are locked. Raises Invalid for want of one."""
    named = await find_case(tx, form.reference)
    if named is None:
        raise Invalid(_NO_SUCH_CASE)
    other = (await lock_cases(tx, opened.case_id, named.id))[named.id]
    require_access(other, opened.person)
    return other


OtherCase = Annotated[Case, Depends(_other, scope="function")]
"""Named before the step, which locks the case itself."""


@router.post(
    "/cases/{reference}/merger",
    operation_id="merge_case",
    response_model=CaseState,
    responses=refusals(*HANDLING, WrongState, SameCase, OriginalEnded),
)
async def merge(original: OtherCase, step: Handling) -> CaseState:
    """End a duplicate. What it was about goes on in the original, which says so too."""
    step.case.merge_into(original, step.at)
    event = CaseMerged(**facts(step.case), into_reference=original.reference)
    await step.also(original, Step.LINK, CaseLinked(**facts(original), to_reference=step.case.reference))
    return state_of(await step.done(Step.MERGE, event, other=original.diary))


@router.post(
    "/cases/{reference}/links",
    operation_id="link_case",
    response_model=CaseState,
    responses=refusals(*HANDLING, SameCase, AlreadyLinked),
)
async def link(other: OtherCase, step: Handling) -> CaseState:
    """Connect two cases that belong together. Each says so."""
    new = CaseLink.of(step.case, other)
    if await step.tx.get(CaseLink, (new.case_id, new.other_id)):
        raise AlreadyLinked
    step.tx.add(new)
    await step.also(other, Step.LINK, CaseLinked(**facts(other), to_reference=step.case.reference))
    event = CaseLinked(**facts(step.case), to_reference=other.reference)
    return state_of(await step.done(Step.LINK, event, other=other.diary))


_NO_SUCH_CASE = Violation(
    "reference",
    "unknown",
    Text(
        sv="Inget ärende har den referensen. Kontrollera den mot kvittot eller sök efter ärendet.",
        en="No case has this reference. Check it with the receipt, or search for the case.",
    ),
)
