"""Staff see a mail before they do what sends it."""

from typing import Literal

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ConfigDict, Field

from notifications.api.queues import caseworker
from notifications.mails import Addressee, Sender, in_words, said_always
from notifications.rules.cases import stated
from shared.errors import Invalid, Text, Violation
from shared.events import Language
from shared.fields import Day, Line, Prose, YesOrNo
from web.json_body import JsonRoute

router = APIRouter(tags=["Queues and mails"], dependencies=[Depends(caseworker)], route_class=JsonRoute)
"""Without `Idempotency-Key`, which would keep what a decision says."""

LINKS = {
    Language.SWEDISH: "[Här står länken, som görs när mejlet skickas.]",
    Language.ENGLISH: "[The link is here, which is made when the mail is sent.]",
}
"""In place of a link that opens something: the one who looks before must not have it."""
MISSING = Text(sv="Fyll i fältet. Uppgiften ska stå i mejlet.", en="Fill in the field. The mail has to state it.")


class MailForm(BaseModel):
    """What is to be told, as the case's service knows it."""

    model_config = ConfigDict(extra="forbid")

    template: Literal[
        "supplement_requested",
        "opinion_requested",
        "case_message",
        "decision_made",
        "decision_changed",
        "decision_revoked",
        "decision_sent_again",
        "decision_served",
        "decision_final",
        "revocation_final",
        "party_notified",
        "party_served",
        "party_decision_changed",
        "party_decision_sent_again",
        "appeal_received",
        "party_appeal_received",
        "appeal_forwarded",
        "party_appeal_forwarded",
        "appeal_dismissed",
        "party_appeal_dismissed",
        "ruling_received",
        "party_ruling_received",
        "case_extended",
        "case_completed",
        "case_closed",
        "case_merged",
        "case_moved",
    ]
    language: Language
    reference: Line = Field(max_length=40, examples=["K7MP-2XWB"])
    kind: Line = Field(max_length=100, description="Of the case.", examples=["ansokan"])
    due_on: Day | None = Field(
        None, description="With what is asked for, and with `case_extended`: the last day.", examples=["2030-03-15"]
    )
    earliest_start_on: Day | None = Field(
        None, description="With `case_completed`: when work may begin, if something is to begin.", examples=[None]
    )
    into_reference: Line | None = Field(
        None, max_length=40, description="With `case_merged`: the case that goes on.", examples=[None]
    )
    decided_on: Day | None = Field(None, description="With `decision_revoked`: when that was decided.", examples=[None])
    served_on: Day | None = Field(None, description="When a decision counts as served.", examples=[None])
    appeal_until: Day | None = Field(None, description="The last day to appeal it, if one can.", examples=[None])
    received_on: Day | None = Field(None, description="When an appeal came.", examples=[None])
    ruled_on: Day | None = Field(None, description="When a court ruled on it.", examples=[None])
    opens: YesOrNo = Field(False, description="With `ruling_received`: whether the case is open again.")
    appealable: YesOrNo = False
    own: YesOrNo = Field(False, description="With `appeal_dismissed`: whether the applicant appealed.")
    enclosed: Prose | None = Field(
        None, max_length=100_000, description="The document in words, when the mail encloses it.", examples=[None]
    )


class MailPreview(BaseModel):
    """A mail as it would be sent. A link that opens something is not made yet, and its place says so."""

    subject: str = Field(examples=["Beslut i ärende K7MP-2XWB"])
    text: str = Field(examples=["Hej!\n\nVi har fattat beslut i ärendet om din ansökan K7MP-2XWB."])


@router.post("/mails/preview", response_model=MailPreview, operation_id="preview_mail")
async def preview(form: MailForm, request: Request) -> MailPreview:
    """A mail about a case as it would be sent. Nothing is sent or saved."""
    facts = stated(**dict(form))
    needed = said_always(form.template)
    if missing := [name for name in facts if name in needed and not facts[name]]:
        raise Invalid(*(Violation(name, "required", MISSING) for name in missing))
    settings = request.app.state.settings
    sender = Sender.parse(settings.mail_from, settings.mail_contact, settings.resident_pages)
    to = Addressee(address="", language=form.language, words={"link": LINKS[form.language]})
    subject, text = in_words(form.template, facts, to, sender, form.enclosed or "")
    return MailPreview(subject=subject, text=text.strip())
