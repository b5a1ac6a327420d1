"""What the applicant would read, before it is sent. Nothing is saved."""

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Self

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, Field

from eservice_intake.applications.progress import NOW, MissingShown
from eservice_intake.cases.api import require_later
from eservice_intake.cases.forms import SupplementForm
from eservice_intake.cases.handling import READING, CaseRead, Opened
from eservice_intake.cases.models import Case
from eservice_intake.cases.statuses import Status
from eservice_intake.catalogue.eservices import catalogue
from eservice_intake.decisions.appeal_forms import ProposedDismissalForm
from eservice_intake.decisions.appealing import dismissal_of
from eservice_intake.decisions.appeals import AppealInTime, NoAppeal, first_late, waiting_appeals
from eservice_intake.decisions.chain import Chain, chain_of
from eservice_intake.decisions.changing import revocation_of, revoked
from eservice_intake.decisions.delegation import BeyondDelegation, decisions
from eservice_intake.decisions.forms import DecisionForm, DecisionRead, ReasonsForm, content_of
from eservice_intake.decisions.models import (
    About,
    Act,
    AlreadyRevoked,
    Decider,
    Decision,
    DecisionContent,
    NoDecision,
)
from eservice_intake.decisions.papers import decision_document
from eservice_intake.decisions.parties import DecisionParty, parties_of
from eservice_intake.decisions.presentation import read
from eservice_intake.decisions.sent_again import Served, WhyUnmailed, served_to, unmailed_because
from eservice_intake.decisions.serving import with_fee
from eservice_intake.documents.api import PDF, download, downloads
from eservice_intake.documents.pdf import DocumentNotMade, typesetter_of
from shared.clock import day_in_sweden
from shared.events import Language
from shared.staff import Person
from web import Now, refusals
from web.json_body import JsonRoute
from web.transaction import database_of

router = APIRouter(tags=["Decisions"], route_class=JsonRoute)
"""Without `Idempotency-Key`, which would keep the answer."""


class PreviewFormat(StrEnum):
    JSON = "json"
    PDF = "pdf"


Format = Annotated[PreviewFormat, Query(alias="format")]


class SupplementPreview(BaseModel):
    """What the applicant would read of a request for a supplement."""

    language: Language = Field(description="The applicant's.")
    unmailed_because: WhyUnmailed
    title: str = Field(description="The e-service's name.", examples=["Enskilt avlopp"])
    status_text: str = Field(examples=["Något saknas: vi väntar på en komplettering från dig."])
    missing: MissingShown


class PartyAlso(BaseModel):
    """Somebody else who is served it."""

    name: str = Field(examples=["Nils Granne"])
    language: Language = Field(description="Theirs.")
    unmailed_because: WhyUnmailed

    @classmethod
    def of(cls, party: DecisionParty, case: Case) -> Self:
        why = unmailed_because(case, party.party_contact_id, by_link=True)
        return cls(name=party.party_name, language=party.language, unmailed_because=why)


class DecisionPreview(DecisionRead, Served):
    """A decision as whoever is served it would read it."""

    also: list[PartyAlso] = Field(
        description="Who was served the decision that it changes or revokes, and is served it."
    )
    earlier_decided_on: date | None = Field(description="When the decision was made that it revokes.", examples=[None])


@router.post(
    "/cases/{reference}/supplement-requests/preview",
    response_model=SupplementPreview,
    operation_id="preview_supplement_request",
    tags=["Cases"],
    responses=refusals(*READING),
)
async def preview_supplement(form: SupplementForm, opened: CaseRead, request: Request, at: Now) -> SupplementPreview:
    """What the applicant would read of a request for a supplement, in their language. Nothing is sent or saved."""
    require_later("due_on", form.due_on, day_in_sweden(at))
    async with database_of(request).reading() as session:
        case = await session.get_one(Case, opened.case_id)
        title = catalogue().sent_with(case).text.in_language(case.language)
    missing = MissingShown(wanted=form.wanted, due_on=form.due_on, requested_at=at)
    text = NOW[Status.AWAITING_SUPPLEMENT].in_language(case.language)
    why = unmailed_because(case, case.applicant_contact_id)
    return SupplementPreview(
        language=case.language, unmailed_because=why, title=title, status_text=text, missing=missing
    )


class Previewing:
    """A decision that is looked at before it is made."""

    def __init__(self, opened: CaseRead, request: Request, at: Now, wanted: Format = PreviewFormat.JSON) -> None:
        self.opened: Opened = opened
        self.request = request
        self.at: datetime = at
        self.wanted = wanted

    async def decision(self, content: DecisionContent) -> DecisionPreview | Response:
        """The decision, or the change of the one that holds."""
        case, chain = await self._read()
        held = [one for one in chain.decisions if one.is_in_force and one.is_about_case]
        about = About(act=Act.CHANGE, about_number=held[-1].number) if held else About()
        decision = await self._priced(case, _decided(case, about, content))
        return await self._shown(case, chain, decision, also=await self._served(held[-1]) if held else ())

    async def revocation(self, form: ReasonsForm) -> DecisionPreview | Response:
        case, chain = await self._read()
        decision = _decided(case, revocation_of(chain), revoked(form.reasons, form.legal_basis))
        earlier = chain.decision_of_the_case
        return await self._shown(case, chain, decision, earlier, also=await self._served(earlier))

    async def dismissal(self, form: ProposedDismissalForm) -> DecisionPreview | Response:
        """The dismissal, as the applicant would read it or the party whose appeal it was."""
        case, chain = await self._read()
        async with database_of(self.request).reading() as session:
            appeal = first_late(await waiting_appeals(session, case))
            about, content = await dismissal_of(session, chain, appeal, form.reasons)
            party = await session.get_one(DecisionParty, appeal.party_id) if appeal.party_id else None
        return await self._shown(case, chain, _decided(case, about, content), party=party)

    async def _read(self) -> tuple[Case, Chain]:
        async with database_of(self.request).transaction() as tx:
            case = await tx.get_one(Case, self.opened.case_id)
            self.opened.audit(tx, "preview decision", case)
            return case, await chain_of(tx, case)

    async def _served(self, decision: Decision) -> list[DecisionParty]:
        async with database_of(self.request).reading() as session:
            return await parties_of(session, decision)

    async def _priced(self, case: Case, decision: Decision) -> Decision:
        async with database_of(self.request).reading() as session:
            return await with_fee(session, case, decision)

    async def _shown(
        self,
        case: Case,
        chain: Chain,
        decision: Decision,
        earlier: Decision | None = None,
        party: DecisionParty | None = None,
        also: Sequence[DecisionParty] = (),
    ) -> DecisionPreview | Response:
        """Dated now and signed by the person whose delegation reaches it; otherwise as what is proposed."""
        as_ = earlier or decision
        decision.number = chain.next_number
        decision.appealable = earlier.appealable if earlier else decisions().outcomes[as_.outcome].appealable
        if item := _item(case, as_, self.opened.person):
            by = Decider(self.opened.person.subject, self.opened.person.name, item)
            decision.decide(by, decision.number, decision.appealable, self.at)
        served = served_to(case, decision, party)
        if self.wanted is PreviewFormat.PDF:
            content = await typesetter_of(self.request).as_pdf(decision_document(case, decision, served.language))
            return download(content, PDF, f"{case.diary}_{decision.number}.pdf", served.language)
        return DecisionPreview(
            **dict(read(case, decision, served.language)),
            **dict(served),
            also=[PartyAlso.of(one, case) for one in also],
            earlier_decided_on=day_in_sweden(earlier.decided_at) if earlier and earlier.decided_at else None,
        )


Preview = Annotated[Previewing, Depends()]


@router.post(
    "/cases/{reference}/decisions/preview",
    response_model=DecisionPreview,
    operation_id="preview_decision",
    responses=downloads(PDF, refusals(*READING, DocumentNotMade)),
)
async def preview_decision(form: DecisionForm, preview: Preview) -> DecisionPreview | Response:
    """A decision as the applicant would read it, in their language, or as the PDF. Nothing is sent or saved.

    It is dated now and signed by the caller whose delegation reaches it, and otherwise a proposal. Of a decided case,
    it is a change of the decision that holds.
    """
    return await preview.decision(content_of(form))


@router.post(
    "/cases/{reference}/revocation/preview",
    response_model=DecisionPreview,
    operation_id="preview_revocation",
    responses=downloads(PDF, refusals(*READING, NoDecision, AlreadyRevoked, DocumentNotMade)),
)
async def preview_revocation(form: ReasonsForm, preview: Preview) -> DecisionPreview | Response:
    """A revocation as the applicant would read it, in their language, or as the PDF. Nothing is sent or saved."""
    return await preview.revocation(form)


@router.post(
    "/cases/{reference}/appeals/dismissal/preview",
    response_model=DecisionPreview,
    operation_id="preview_dismissal",
    responses=downloads(PDF, refusals(*READING, NoAppeal, AppealInTime, DocumentNotMade)),
)
async def preview_dismissal(form: ProposedDismissalForm, preview: Preview) -> DecisionPreview | Response:
    """The dismissal of a late appeal as whoever appealed would read it, or as the PDF. Nothing is sent or saved."""
    return await preview.dismissal(form)


def _decided(case: Case, about: About, content: DecisionContent) -> Decision:
    """A row that is never saved."""
    return Decision(case_id=case.id, unit=case.unit, **dict(about), **dict(content))


def _item(case: Case, as_: Decision, person: Person) -> str | None:
    """The item of the delegation order that the person decides by."""
    try:
        return decisions().item_for(case.eservice, case.kind, as_.outcome, person.roles)
    except BeyondDelegation:
        return None
