"""What somebody would read, shown to staff before it is sent: the page, the mails, the document."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, TypeAlias

from starlette.responses import Response

from portal.clients.base import Away, Refused
from portal.clients.notifications import MailPreview, Notifications
from portal.clients.previews import DecisionPreview, StepMail, StepPreview, SupplementPreview
from portal.clients.staff_cases import Case, Cases
from portal.clients.steps import Steps, Taking
from portal.files import passed_on
from portal.pages import Page
from portal.presence import Names
from portal.staff.asked import StepForm
from portal.staff.case_live import others_of, stream_of
from portal.staff.case_steps import Action, Attempt, Options, Typed
from portal.staff.tasks import Choice

Content: TypeAlias = Mapping[str, Any]
"""What was typed, as the API is sent it."""
TEMPLATES = {"decision": "decision_made", "change": "decision_changed", "revocation": "decision_revoked"}
ALSO_SERVED = {"template": "party_decision_changed"}
"""What others are told who were served the decision that is changed or revoked."""
RENAMED = {"case-message-sent": "case_message"}
TO_PARTIES_ALONE = ("opinion_requested", "party_notified", "party_served")
ALSO_DISMISSED = {"template": "appeal_dismissed", "own": False}
"""What the applicant is told when the appeal of another party is dismissed."""


@dataclass(frozen=True)
class Told:
    """What notifications is asked to write, and in which language; why nobody gets it, if so.

    `party`: the name of whoever it is for, when that is not the applicant.
    """

    language: str
    facts: Mapping[str, Any]
    unmailed_because: str | None
    party: str | None = None


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
    """A mail as it will be read, and by whom; `said` is None while nobody can say what it will be."""

    language: str
    said: MailPreview | None
    parties: Sequence[str] = ()


@dataclass(frozen=True)
class PreviewView:
    case: Case
    step: Action
    typed: list[tuple[str, str]]
    shown: Shown
    mails: list[Mail]
    unmailed: Sequence[tuple[str | None, str]]
    """Whom no mail tells, by their names, the applicant by None; and why."""
    choice: Choice
    others: Names
    stream: str


async def previewed(page: Page, reference: str, form: StepForm, typed: Typed) -> Response:
    case = await page.ask(Cases).case(reference)
    as_read = case.model_copy(update={"version": next(iter(typed.get("version", ())), "")})
    look = PREVIEWS[form.preview](page.ask(Steps), as_read, form.json(typed) or {})
    shown, others = await asyncio.gather(look, others_of(page, case.reference))
    view = PreviewView(
        case=case,
        step=Options(case, {}).action(form, Attempt(form, typed)),
        typed=[(name, value) for name, values in typed.items() if name != "gor" for value in values],
        shown=shown,
        mails=await asyncio.gather(*(_mail(page, case, *one) for one in _alike(shown.mails))),
        unmailed=_unmailed(shown.mails),
        choice=Choice.of(page.request.query_params),
        others=others,
        stream=stream_of(case.reference),
    )
    return page.show("staff/preview.html", view)


async def as_pdf(page: Page, reference: str, form: StepForm, typed: Typed) -> Response:
    steps = page.ask(Steps)
    makers = {"revocation": steps.revocation_as_pdf, "dismissal": steps.dismissal_as_pdf}
    make = makers.get(form.preview, steps.decision_as_pdf)
    return passed_on(await make(reference, _decided(form.json(typed) or {})), inline=True)


async def _supplement(steps: Steps, case: Case, content: Content) -> Shown:
    it = await steps.preview_supplement(case.reference, content)
    facts = {"template": "supplement_requested", "due_on": it.missing.due_on.isoformat()}
    return Shown([Told(it.language, facts, it.unmailed_because)], supplement=it)


async def _decision(steps: Steps, case: Case, content: Content) -> Shown:
    return _of_decision(await steps.preview_decision(case.reference, _decided(content)))


async def _revocation(steps: Steps, case: Case, content: Content) -> Shown:
    return _of_decision(await steps.preview_revocation(case.reference, _decided(content)))


def _decided(content: Content) -> Content:
    """What is decided, without how it is served."""
    decision: Content = content.get("decision", content)
    return {name: value for name, value in decision.items() if name != "service"}


def _of_decision(it: DecisionPreview) -> Shown:
    facts = {
        "template": TEMPLATES[it.act],
        "appealable": it.appealable,
        "enclosed": it.enclosed,
        "decided_on": _day(it.earlier_decided_on),
    }
    also = (Told(one.language, ALSO_SERVED, one.unmailed_because, one.name) for one in it.also)
    return Shown([Told(it.language, facts, it.unmailed_because), *also], decision=it)


async def _dismissal(steps: Steps, case: Case, content: Content) -> Shown:
    it = await steps.preview_dismissal(case.reference, _decided(content))
    if it.to_party:
        theirs = Told(it.language, {"template": "party_appeal_dismissed"}, it.unmailed_because, it.party_name)
        why = None if case.is_mailed else "no_address"
        return Shown([theirs, Told(case.language, ALSO_DISMISSED, why)], decision=it)
    facts = {"template": "appeal_dismissed", "own": True, "enclosed": it.enclosed}
    return Shown([Told(it.language, facts, it.unmailed_because)], decision=it)


async def _sending(steps: Steps, case: Case, content: Content) -> Shown:
    it = await steps.preview_sending(case.reference, content)
    template = "party_decision_sent_again" if it.to_party else "decision_sent_again"
    days = {"served_on": _day(it.served_on), "appeal_until": _day(it.appeal_until)}
    facts = {"template": template, "enclosed": it.enclosed, **days}
    return Shown([Told(it.language, facts, it.unmailed_because, it.party_name)])


async def _message(steps: Steps, case: Case, content: Content) -> Shown:
    shown = await _of_step(Steps.preview_message)(steps, case, content)
    return replace(shown, message=str(content["text"]))


def _of_step(ask: Callable[[Steps, Taking], Awaitable[StepPreview]]) -> Look:
    """What a step shows of which mails are all that is to be read."""

    async def look(steps: Steps, case: Case, content: Content) -> Shown:
        it = await ask(steps, Taking(case.reference, str(case.version), "", content))
        return Shown([_told(one) for one in it.mails])

    return look


def _told(mail: StepMail) -> Told:
    facts = mail.model_dump(mode="json", exclude={"tells", "to_party", "party_name", "language", "unmailed_because"})
    return Told(mail.language, {"template": _template(mail), **facts}, mail.unmailed_because, mail.party_name)


def _template(mail: StepMail) -> str:
    if mail.tells == "decision-final" and mail.opens:
        return "revocation_final"
    name = RENAMED.get(mail.tells, mail.tells.replace("-", "_"))
    return f"party_{name}" if mail.to_party and name not in TO_PARTIES_ALONE else name


PREVIEWS: Mapping[str, Look] = {
    "supplement": _supplement,
    "decision": _decision,
    "revocation": _revocation,
    "dismissal": _dismissal,
    "sending": _sending,
    "message": _message,
    "opinion": _of_step(Steps.preview_referral),
    "party": _of_step(Steps.preview_notifying),
    "address": _of_step(Steps.preview_address),
    "receipt": _of_step(Steps.preview_receipt),
    "appeal": _of_step(Steps.preview_appeal),
    "forwarding": _of_step(Steps.preview_forwarding),
    "ruling": _of_step(Steps.preview_ruling),
    "extension": _of_step(Steps.preview_extension),
    "completion": _of_step(Steps.preview_completion),
    "closure": _of_step(Steps.preview_closure),
    "move": _of_step(Steps.preview_move),
    "merger": _of_step(Steps.preview_merger),
}
"""What each step that sends something shows before, by the name that its form has for it."""


def _alike(mails: Sequence[Told]) -> list[tuple[Told, list[str]]]:
    """Each mail that is sent, once, with the names of the others who get it, if it is to others."""
    alike: list[tuple[Told, list[str]]] = []
    for told in (one for one in mails if not one.unmailed_because):
        names = next((names for one, names in alike if (one.language, one.facts) == (told.language, told.facts)), None)
        if names is None:
            alike.append((told, names := []))
        if told.party and told.party not in names:
            names.append(told.party)
    return alike


def _unmailed(mails: Sequence[Told]) -> list[tuple[str | None, str]]:
    return list(dict.fromkeys((one.party, why) for one in mails if (why := one.unmailed_because)))


async def _mail(page: Page, case: Case, told: Told, parties: Sequence[str]) -> Mail:
    """Raises Refused when what was typed cannot be told."""
    asked = {"language": told.language, "reference": case.reference, "kind": case.kind, **told.facts}
    try:
        return Mail(told.language, await page.ask(Notifications).preview_mail(asked), parties)
    except Refused as refused:
        if refused.fields:
            raise
    except Away:
        pass
    return Mail(told.language, None, parties)


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
