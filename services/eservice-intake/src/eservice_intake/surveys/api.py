"""Staff open a round of the survey, invite companies, see who has answered, and close it."""

from collections.abc import Collection, Mapping, Sequence
from typing import Annotated
from uuid import UUID

import sqlalchemy as sa
from fastapi import Depends, Query, Request, Response
from sqlmodel import SQLModel, col, select

from eservice_intake.cases.api import require_later
from eservice_intake.cases.handling import Caseworker
from eservice_intake.cases.models import Case
from eservice_intake.catalogue.eservices import catalogue
from eservice_intake.surveys.answering import hash_of_company
from eservice_intake.surveys.figures import count
from eservice_intake.surveys.forms import (
    CompanyShown,
    InvitationForm,
    Invited,
    RoundForm,
    RoundShown,
    RoundWithCompanies,
)
from eservice_intake.surveys.models import (
    SURVEY,
    AnotherRoundOpen,
    RoundClosed,
    SurveyAnswer,
    SurveyInvitation,
    SurveyRound,
    UnknownRound,
)
from shared.clock import day_in_sweden
from shared.contacts import Contact
from shared.database import Session
from shared.events import SurveyCompanyInvited, SurveyResultTold, SurveyRoundClosed, SurveyRoundOpened
from shared.pagination import Page, Paging, page_of
from shared.staff import NotYourUnit, Person
from web import Now, Reading, Router, Transaction, refusals

router = Router(tags=["Surveys"])
ROUND: sa.Table = SQLModel.metadata.tables["eservice_survey_round"]


def unit() -> str:
    return catalogue().eservices[SURVEY].unit


async def _surveyor(person: Caseworker) -> Person:
    person.require_unit(unit())
    return person


Surveyor = Annotated[Person, Depends(_surveyor)]
"""Who works in the unit that asks. Others get NotYourUnit."""


async def _locked(round_id: UUID, surveyor: Surveyor, tx: Transaction) -> SurveyRound:
    found = await tx.get(SurveyRound, round_id, with_for_update=True)
    if found is None:
        raise UnknownRound
    return found


Locked = Annotated[SurveyRound, Depends(_locked, scope="function")]


@router.post(
    "/survey-rounds",
    status_code=201,
    response_model=RoundShown,
    operation_id="open_survey_round",
    responses=refusals(NotYourUnit, AnotherRoundOpen),
)
async def open_round(form: RoundForm, by: Surveyor, tx: Transaction, at: Now, response: Response) -> RoundShown:
    """Open a round: from now on, companies can answer the survey."""
    require_later("answer_by", form.answer_by, day_in_sweden(at))
    opened = SurveyRound(name=form.name, answer_by=form.answer_by, opened_at=at, open_id=None)
    opened.open_id = opened.id
    if not await tx.insert_new(ROUND, [opened.model_dump()], ROUND.c.id):
        raise AnotherRoundOpen
    tx.publish(SurveyRoundOpened(round_id=opened.id, unit=unit(), answer_by=form.answer_by))
    tx.audit(by.subject, "open survey round", round=str(opened.id))
    response.headers["Location"] = f"/survey-rounds/{opened.id}"
    return _shown(opened, 0, 0)


@router.get(
    "/survey-rounds",
    response_model=Page[RoundShown],
    operation_id="list_survey_rounds",
    responses=refusals(NotYourUnit),
)
async def list_rounds(wanted: Annotated[Paging, Query()], by: Surveyor, reading: Reading) -> Page[RoundShown]:
    """The rounds of the survey, with how many were invited and have answered. The latest first."""
    order = (col(SurveyRound.opened_at).desc(), col(SurveyRound.id).desc())
    found = await page_of(reading, select(SurveyRound), wanted, order, lambda one: one)
    return Page(items=await _with_counts(reading, found.items), next=found.next)


@router.get(
    "/survey-rounds/{round_id}",
    response_model=RoundWithCompanies,
    operation_id="show_survey_round",
    responses=refusals(NotYourUnit, UnknownRound),
)
async def show(round_id: UUID, by: Surveyor, tx: Transaction) -> RoundWithCompanies:
    """A round, with whom it invited and who of them has answered. Reading it is audited."""
    found = await tx.get(SurveyRound, round_id)
    if found is None:
        raise UnknownRound
    tx.audit(by.subject, "read survey round", round=str(round_id))
    [shown] = await _with_counts(tx, [found])
    return RoundWithCompanies(**dict(shown), companies=await _companies(tx, round_id))


@router.post(
    "/survey-rounds/{round_id}/invitations",
    response_model=Invited,
    operation_id="invite_companies",
    responses=refusals(NotYourUnit, UnknownRound, RoundClosed),
)
async def invite(form: InvitationForm, to: Locked, by: Surveyor, tx: Transaction, request: Request, at: Now) -> Invited:
    """Invite companies by mail. Who has not answered is reminded a week before the last day to answer."""
    to.require_open()
    today = day_in_sweden(at)
    hashes = [hash_of_company(one.orgnr, request.app.state.seal, today) for one in form.companies]
    asked = select(SurveyInvitation.company_hash).where(SurveyInvitation.round_id == to.id)
    known = set(await tx.exec(asked))
    new = {which: one for which, one in zip(hashes, form.companies, strict=True) if which not in known}
    contacts = {which: Contact(**one.model_dump(exclude={"orgnr"})) for which, one in new.items()}
    tx.add_all(contacts.values())
    await tx.flush()
    for which, contact in contacts.items():
        invitation = SurveyInvitation(round_id=to.id, company_hash=which, contact_id=contact.id, invited_at=at)
        invitation.remind_on = to.reminder_on(today)
        tx.add(invitation)
        tx.publish(SurveyCompanyInvited(round_id=to.id, unit=unit(), contact_id=contact.id, answer_by=to.answer_by))
    tx.audit(by.subject, "invite to survey", round=str(to.id), companies=len(new))
    return Invited(invited=len(new), known=len(form.companies) - len(new))


@router.post(
    "/survey-rounds/{round_id}/closure",
    response_model=RoundShown,
    operation_id="close_survey_round",
    responses=refusals(NotYourUnit, UnknownRound, RoundClosed),
)
async def close(to: Locked, by: Surveyor, tx: Transaction, at: Now) -> RoundShown:
    """Close the round. Its result is public from now on, and those who answered are told."""
    to.close(at)
    await tx.flush()
    figures = await count(tx, to.id)
    to.figures = figures.model_dump(mode="json")
    tx.add(to)
    await _remind_nobody(tx, to.id)
    tx.publish(SurveyRoundClosed(round_id=to.id, unit=unit(), figures=figures))
    for contact_id in await _who_answered(tx, to.id):
        tx.publish(SurveyResultTold(round_id=to.id, unit=unit(), contact_id=contact_id))
    tx.audit(by.subject, "close survey round", round=str(to.id))
    [shown] = await _with_counts(tx, [to])
    return shown


async def _with_counts(session: Session, rounds: Sequence[SurveyRound]) -> list[RoundShown]:
    ids = [one.id for one in rounds]
    invited, answered = [await _counts(session, table, ids) for table in (SurveyInvitation, SurveyAnswer)]
    return [_shown(one, invited.get(one.id, 0), answered.get(one.id, 0)) for one in rounds]


async def _counts(
    session: Session, table: type[SurveyInvitation | SurveyAnswer], round_ids: Collection[UUID]
) -> Mapping[UUID, int]:
    of_these = select(table.round_id, sa.func.count()).where(col(table.round_id).in_(round_ids))
    return dict((await session.exec(of_these.group_by(col(table.round_id)))).all())


async def _companies(tx: Session, round_id: UUID) -> list[CompanyShown]:
    answered = select(SurveyAnswer.company_hash).where(SurveyAnswer.round_id == round_id)
    query = (
        select(SurveyInvitation, Contact, col(SurveyInvitation.company_hash).in_(answered))
        .join(Contact, col(Contact.id) == col(SurveyInvitation.contact_id))
        .where(SurveyInvitation.round_id == round_id)
        .order_by(col(Contact.name), col(SurveyInvitation.id))
    )
    known = set(CompanyShown.model_fields)
    return [
        CompanyShown(
            name=contact.name or "", email=contact.email, has_answered=answered, **invitation.model_dump(include=known)
        )
        for invitation, contact, answered in await tx.exec(query)
    ]


async def _remind_nobody(tx: Session, round_id: UUID) -> None:
    invited = sa.update(SurveyInvitation).where(col(SurveyInvitation.round_id) == round_id)
    await (await tx.connection()).execute(invited.values(remind_on=None))


async def _who_answered(tx: Session, round_id: UUID) -> Sequence[UUID]:
    query = (
        select(Case.applicant_contact_id)
        .join(SurveyAnswer, col(SurveyAnswer.case_id) == col(Case.id))
        .where(SurveyAnswer.round_id == round_id, col(Case.applicant_contact_id).is_not(None))
        .order_by(col(SurveyAnswer.id))
    )
    return [contact_id for contact_id in await tx.exec(query) if contact_id]


def _shown(one: SurveyRound, invited: int, answered: int) -> RoundShown:
    is_known = one.is_open or one.purge_on is not None
    return RoundShown(
        **one.model_dump(include=set(RoundShown.model_fields)),
        invited=invited if is_known else None,
        answered=answered if is_known else None,
    )
