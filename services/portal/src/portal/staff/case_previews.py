"""What the applicant would read, shown to staff before it is sent: the page, the mail, the document."""

from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from portal.clients.base import Away, Refused
from portal.clients.notifications import MailPreview, Notifications
from portal.clients.staff_cases import Case, Cases
from portal.clients.steps import DecisionPreview, Steps, SupplementPreview
from portal.files import passed_on
from portal.pages import Page
from portal.presence import Names
from portal.staff.asked import StepForm
from portal.staff.case_live import others_of, stream_of
from portal.staff.case_steps import Action, Attempt, Options, Typed
from portal.staff.tasks import Choice

TEMPLATES = {"decision": "decision_made", "change": "decision_changed", "revocation": "decision_revoked"}


@dataclass(frozen=True)
class PreviewView:
    case: Case
    step: Action
    typed: list[tuple[str, str]]
    supplement: SupplementPreview | None
    decision: DecisionPreview | None
    mail: MailPreview | None
    is_mailed: bool
    choice: Choice
    others: Names
    stream: str


async def previewed(page: Page, reference: str, form: StepForm, typed: Typed) -> Response:
    steps, content = page.ask(Steps), form.content(typed)
    supplement = decision = None
    match form.preview:
        case "supplement":
            supplement = await steps.preview_supplement(reference, content)
        case "revocation":
            decision = await steps.preview_revocation(reference, content)
        case _:
            decision = await steps.preview_decision(reference, content)
    case = await page.ask(Cases).case(reference)
    shown = supplement or decision
    view = PreviewView(
        case=case,
        step=Options(case, {}).action(form, Attempt(form, typed)),
        typed=[(name, value) for name, values in typed.items() if name != "gor" for value in values],
        supplement=supplement,
        decision=decision,
        mail=await _mail(page, case, shown) if shown and shown.is_mailed else None,
        is_mailed=shown is not None and shown.is_mailed,
        choice=Choice.of(page.request.query_params),
        others=await others_of(page, case.reference),
        stream=stream_of(case.reference),
    )
    return page.show("staff/preview.html", view)


async def as_pdf(page: Page, reference: str, form: StepForm, typed: Typed) -> Response:
    steps = page.ask(Steps)
    make = steps.revocation_as_pdf if form.preview == "revocation" else steps.decision_as_pdf
    return passed_on(await make(reference, form.content(typed)), inline=True)


async def _mail(page: Page, case: Case, shown: SupplementPreview | DecisionPreview) -> MailPreview | None:
    """The mail that tells of it; None while nobody can say what it will be."""
    told: dict[str, Any] = {"language": shown.language, "reference": case.reference, "kind": case.kind}
    if isinstance(shown, SupplementPreview):
        told |= {"template": "supplement_requested", "due_on": shown.missing.due_on.isoformat()}
    else:
        earlier = shown.earlier_decided_on
        told |= {
            "template": TEMPLATES[shown.act],
            "appealable": shown.appealable,
            "enclosed": shown.enclosed,
            "decided_on": earlier.isoformat() if earlier else None,
        }
    try:
        return await page.ask(Notifications).preview_mail(told)
    except (Away, Refused):
        return None
