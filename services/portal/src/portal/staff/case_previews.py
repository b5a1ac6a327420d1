"""What somebody would read, shown to staff before it is sent: the page, the mails, the document."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeAlias

from starlette.responses import Response

from portal.clients.base import Away, Refused
from portal.clients.notifications import MailPreview, Notifications
from portal.clients.staff_cases import Case, Cases
from portal.clients.steps import DecisionPreview, StepPreview, Steps, SupplementPreview, Taking
from portal.files import passed_on
from portal.forms.errors import REQUIRED
from portal.i18n import gettext
from portal.pages import Page
from portal.presence import Names
from portal.staff.asked import StepForm
from portal.staff.case_live import others_of, stream_of
from portal.staff.case_steps import Action, Attempt, Options, Typed
from portal.staff.tasks import Choice

Content: TypeAlias = Mapping[str, Any]
"""What was typed, as the API is sent it."""
TEMPLATES = {"decision": "decision_made", "change": "decision_changed", "revocation": "decision_revoked"}
ALSO_DISMISSED = {"template": "appeal_dismissed", "own": False}
"""What the applicant is told when the appeal of another party is dismissed."""


@dataclass(frozen=True)
class Told:
    """What notifications is asked to write, and in which language; whether anybody gets it."""

    language: str
    facts: Mapping[str, Any]
    is_mailed: bool = True


@dataclass(frozen=True)
class Shown:
    """What is looked at before a step: the mails, and what is read in the case."""

    mails: Sequence[Told]
    supplement: SupplementPreview | None = None
    decision: DecisionPreview | None = None
    message: str = ""


Look: TypeAlias = Callable[[Steps, Case, Content], Awaitable[Shown]]


@dataclass(frozen=True)
class Mail:
    """A mail as it will be read; `said` is None while nobody can say what it will be."""

    language: str
    said: MailPreview | None


@dataclass(frozen=True)
class PreviewView:
    case: Case
    step: Action
    typed: list[tuple[str, str]]
    shown: Shown
    mails: list[Mail]
    choice: Choice
    others: Names
    stream: str


async def previewed(page: Page, reference: str, form: StepForm, typed: Typed) -> Response:
    case = await page.ask(Cases).case(reference)
    as_read = case.model_copy(update={"version": next(iter(typed.get("version", ())), "")})
    look = PREVIEWS[form.preview](page.ask(Steps), as_read, form.content(typed))
    shown, others = await asyncio.gather(look, others_of(page, case.reference))
    view = PreviewView(
        case=case,
        step=Options(case, {}).action(form, Attempt(form, typed)),
        typed=[(name, value) for name, values in typed.items() if name != "gor" for value in values],
        shown=shown,
        mails=await asyncio.gather(*(_mail(page, case, one) for one in shown.mails if one.is_mailed)),
        choice=Choice.of(page.request.query_params),
        others=others,
        stream=stream_of(case.reference),
    )
    return page.show("staff/preview.html", view)


async def as_pdf(page: Page, reference: str, form: StepForm, typed: Typed) -> Response:
    steps = page.ask(Steps)
    makers = {"revocation": steps.revocation_as_pdf, "dismissal": steps.dismissal_as_pdf}
    make = makers.get(form.preview, steps.decision_as_pdf)
    return passed_on(await make(reference, form.content(typed)), inline=True)


async def _supplement(steps: Steps, case: Case, content: Content) -> Shown:
    it = await steps.preview_supplement(case.reference, content)
    facts = {"template": "supplement_requested", "due_on": it.missing.due_on.isoformat()}
    return Shown([Told(it.language, facts, it.is_mailed)], supplement=it)


async def _decision(steps: Steps, case: Case, content: Content) -> Shown:
    return _of_decision(await steps.preview_decision(case.reference, content))


async def _revocation(steps: Steps, case: Case, content: Content) -> Shown:
    return _of_decision(await steps.preview_revocation(case.reference, content))


def _of_decision(it: DecisionPreview) -> Shown:
    facts = {
        "template": TEMPLATES[it.act],
        "appealable": it.appealable,
        "enclosed": it.enclosed,
        "decided_on": _day(it.earlier_decided_on),
    }
    return Shown([Told(it.language, facts, it.is_mailed)], decision=it)


async def _dismissal(steps: Steps, case: Case, content: Content) -> Shown:
    it = await steps.preview_dismissal(case.reference, content)
    if it.to_party:
        theirs = Told(it.language, {"template": "party_appeal_dismissed"}, it.is_mailed)
        return Shown([theirs, Told(case.language, ALSO_DISMISSED, case.is_mailed)], decision=it)
    facts = {"template": "appeal_dismissed", "own": True, "enclosed": it.enclosed}
    return Shown([Told(it.language, facts, it.is_mailed)], decision=it)


async def _sending(steps: Steps, case: Case, content: Content) -> Shown:
    it = await steps.preview_sending(case.reference, content)
    template = "party_decision_sent_again" if it.to_party else "decision_sent_again"
    days = {"served_on": _day(it.served_on), "appeal_until": _day(it.appeal_until)}
    return Shown([Told(it.language, {"template": template, "enclosed": it.enclosed, **days}, it.is_mailed)])


async def _opinion(_: Steps, case: Case, content: Content) -> Shown:
    facts = {"template": "opinion_requested", "due_on": content.get("due_on")}
    return Shown([Told(content.get("language", case.language), facts)])


async def _party(_: Steps, case: Case, content: Content) -> Shown:
    language, is_mailed = content.get("language", case.language), bool(content.get("email"))
    return Shown([Told(language, {"template": "party_notified"}, is_mailed)])


async def _message(_: Steps, case: Case, content: Content) -> Shown:
    """Raises Refused when there is nothing to read."""
    text = str(content.get("text", ""))
    if not text:
        unanswered = {"field": "text", "code": REQUIRED, "message": gettext("Skriv det som den sökande ska läsa.")}
        raise Refused(422, {"violations": [unanswered]})
    return Shown([Told(case.language, {"template": "case_message"}, case.is_mailed)], message=text)


def _mail_of(template: str, ask: Callable[[Steps, Taking], Awaitable[StepPreview]]) -> Look:
    """What a step shows whose mail is all that the applicant reads."""

    async def look(steps: Steps, case: Case, content: Content) -> Shown:
        it = await ask(steps, Taking(case.reference, str(case.version), "", content))
        facts = it.model_dump(mode="json", exclude={"language", "is_mailed"})
        return Shown([Told(it.language, {"template": template, **facts}, it.is_mailed)])

    return look


PREVIEWS: Mapping[str, Look] = {
    "supplement": _supplement,
    "decision": _decision,
    "revocation": _revocation,
    "dismissal": _dismissal,
    "sending": _sending,
    "opinion": _opinion,
    "party": _party,
    "message": _message,
    "extension": _mail_of("case_extended", Steps.preview_extension),
    "completion": _mail_of("case_completed", Steps.preview_completion),
    "closure": _mail_of("case_closed", Steps.preview_closure),
    "move": _mail_of("case_moved", Steps.preview_move),
    "merger": _mail_of("case_merged", Steps.preview_merger),
}
"""What each step that sends something shows before, by the name that its form has for it."""


async def _mail(page: Page, case: Case, told: Told) -> Mail:
    """Raises Refused when what was typed cannot be told."""
    asked = {"language": told.language, "reference": case.reference, "kind": case.kind, **told.facts}
    try:
        return Mail(told.language, await page.ask(Notifications).preview_mail(asked))
    except Refused as refused:
        if refused.fields:
            raise
    except Away:
        pass
    return Mail(told.language, None)


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
