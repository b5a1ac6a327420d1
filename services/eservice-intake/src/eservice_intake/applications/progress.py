"""How a case is doing, as its applicant is told: in words that say what happens now, and without what is internal."""

from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel, Field

from eservice_intake.attachments.models import AttachmentShown
from eservice_intake.cases.forms import ClockShown
from eservice_intake.cases.models import Case, CaseStep, Message, SupplementRequest
from eservice_intake.cases.states import TRANSITIONS
from eservice_intake.cases.statuses import OPEN, Status
from eservice_intake.cases.steps import Step
from eservice_intake.cases.times import clock_with
from eservice_intake.catalogue.answers import ReadSection
from eservice_intake.decisions.models import Decision
from shared.errors import Text
from shared.events import Language, Outcome

NOW: dict[Status, Text] = {
    Status.RECEIVED: Text(
        sv="Vi har tagit emot det och läser igenom det.", en="We have received it and are reading it."
    ),
    Status.AWAITING_SUPPLEMENT: Text(
        sv="Något saknas: vi väntar på en komplettering från dig.",
        en="Something is missing: we are waiting for a supplement from you.",
    ),
    Status.COMPLETE: Text(sv="Inget saknas, och vi handlägger det.", en="Nothing is missing, and we are handling it."),
    Status.DECIDED: Text(sv="Det är avgjort. Öppna beslutet.", en="It is decided. Open the decision."),
    Status.APPEALED: Text(sv="Beslutet är överklagat.", en="The decision has been appealed."),
    Status.FORWARDED: Text(
        sv="Överklagandet är överlämnat till länsstyrelsen, som prövar det.",
        en="The appeal is with the county administrative board, which tries it.",
    ),
    Status.FINAL: Text(sv="Beslutet gäller och kan inte längre överklagas.", en="The decision holds and is final."),
    Status.CLOSED: Text(sv="Ärendet är avslutat.", en="The case is closed."),
    Status.WITHDRAWN: Text(sv="Du har återkallat det.", en="You have withdrawn it."),
    Status.MERGED: Text(
        sv="Det hör ihop med ett annat ärende och handläggs där.", en="It belongs to another case and is handled there."
    ),
}
SERVICE_NOTICE = Text(
    sv="Beslutet kan vi delge dig genom förenklad delgivning. Då skickar vi ett mejl om det, och nästa arbetsdag "
    "ett meddelande om att det är skickat. Två veckor efter att det skickades räknas du som delgiven, och tiden att "
    "överklaga börjar löpa, även om du inte har läst det (delgivningslagen).",
    en="We may serve the decision on you by simplified service. We then send an e-mail about it, and on the next "
    "working day a message that it has been sent. Two weeks after it was sent it counts as served on you, and the time "
    "to appeal begins to run, even if you have not read it (the Service of Documents Act).",
)
RECEIVED = Text(sv="Ärendet kom in", en="The case was received")
INTERNAL = frozenset(
    {
        Step.PROPOSE,
        Step.SEND_AGAIN,
        Step.MISS_DEADLINE,
        Step.MISS_SERVICE,
        Step.MISS_REFERRAL,
        Step.NOTIFY_PARTY,
        Step.CORRECT_ADDRESS,
        Step.PROPOSE_CHANGE,
        Step.PROPOSE_REVOCATION,
        Step.PROPOSE_DISMISSAL,
        Step.REQUEST_OPINION,
        Step.RECEIVE_OPINION,
        Step.LINK,
        Step.CHANGE_SECRECY,
        Step.MOVE,
        Step.WARN_OF_END,
        Step.MISS_DECISION,
    }
)
"""Steps that concern the authority alone."""


class HistoryLine(BaseModel):
    """Something that has happened."""

    what: str = Field(description="`received`, or the step.", examples=["request_supplement"])
    text: str = Field(examples=["A supplement was requested"])
    at: datetime


class MissingShown(BaseModel):
    """What the applicant is asked for."""

    wanted: str = Field(examples=["Skicka en situationsplan där avståndet till närmaste brunn är utsatt."])
    due_on: date
    requested_at: datetime


class SupplementSent(BaseModel):
    wanted: str = Field(examples=["Skicka en situationsplan."])
    answer: str | None = Field(examples=["Situationsplanen är bifogad."])
    answered_at: datetime


class OwnMessage(BaseModel):
    id: UUID
    by_applicant: bool
    by_name: str | None = Field(description="The member of staff.", examples=["Anna Ek"])
    text: str = Field(examples=["Hej! När kan jag räkna med ett besked?"])
    sent_at: datetime
    read_at: datetime | None


class DecisionBrief(BaseModel):
    """That there is a decision. `…/decision` shows it."""

    number: int = Field(examples=[1])
    outcome: Outcome
    decided_at: datetime | None
    served_on: date | None
    appeal_until: date | None = Field(description="The last day on which an appeal is in time.")


class Progress(BaseModel):
    """All that the applicant is told of the case."""

    diary_number: str = Field(examples=["MH-2026-000123"])
    title: str = Field(description="The e-service's name.", examples=["Enskilt avlopp"])
    status_text: str = Field(examples=["We have received it and are reading it."])
    history: list[HistoryLine]
    service_notice: str | None = Field(
        description="That a decision may be served without a receipt, where it may.",
        examples=["We may serve the decision on you by simplified service."],
    )
    answers: list[ReadSection] = Field(description="What was sent in, in words. Without identity numbers in full.")
    clock: ClockShown | None = Field(description="None when the case is decided or has ended.")
    missing: MissingShown | None = Field(description="What we are waiting for. None when that is nothing.")
    supplements: list[SupplementSent]
    messages: list[OwnMessage]
    attachments: list[AttachmentShown]
    decision: DecisionBrief | None
    can: list[Step] = Field(description="What the applicant can do now.")
    feedback_wanted: bool = Field(description="Whether the case is over, and they have not said what it was like.")


OWN_STEPS = (Step.RECEIVE_SUPPLEMENT, Step.SEND_MESSAGE, Step.WITHDRAW, Step.REPLACE_ATTACHMENT)


def service_notice(told_of_service: bool, language: Language) -> str | None:
    """What has to be told before simplified service is used (22-26 §§ delgivningslagen); None where it was not."""
    return SERVICE_NOTICE.in_language(language) if told_of_service else None


def outward(case: Case) -> Status:
    """The status without what is internal: that a decision is proposed."""
    if case.status is not Status.PROPOSED:
        return case.status
    return Status.COMPLETE if case.completed_on else Status.RECEIVED


def history_of(case: Case, steps: Sequence[CaseStep], language: str) -> Iterator[HistoryLine]:
    yield HistoryLine(what="received", text=RECEIVED.in_language(language), at=case.received_at)
    for step in steps:
        if step.step not in INTERNAL:
            text = TRANSITIONS[step.step].done.in_language(language)
            yield HistoryLine(what=step.step, text=text, at=step.at)


def clock_shown(case: Case, requests: Collection[SupplementRequest]) -> ClockShown | None:
    return ClockShown.model_validate(clock_with(case, requests)) if case.status in OPEN else None


def missing_in(case: Case, requests: Sequence[SupplementRequest]) -> MissingShown | None:
    open_ = [one for one in requests if one.answered_at is None]
    if case.status is not Status.AWAITING_SUPPLEMENT or not open_:
        return None
    latest = open_[-1]
    due_on = case.supplement_due_on or latest.due_on
    return MissingShown(wanted=latest.wanted, due_on=due_on, requested_at=latest.requested_at)


def supplements_in(requests: Sequence[SupplementRequest]) -> list[SupplementSent]:
    sent = [one for one in requests if one.answered_at is not None]
    return [SupplementSent.model_validate(one, from_attributes=True) for one in sent]


def messages_in(messages: Sequence[Message]) -> list[OwnMessage]:
    return [OwnMessage.model_validate(one, from_attributes=True) for one in messages]


def decision_in(taken: Sequence[Decision]) -> DecisionBrief | None:
    """The latest that holds about the case itself."""
    held = [one for one in taken if one.is_in_force and one.is_about_case]
    return DecisionBrief.model_validate(held[-1], from_attributes=True) if held else None


def own_steps(case: Case) -> list[Step]:
    return [step for step in OWN_STEPS if case.status in TRANSITIONS[step].of]
