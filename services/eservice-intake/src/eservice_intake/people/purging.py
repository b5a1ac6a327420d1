"""Deletes or anonymises cases whose time is over, and never an undelivered one."""

import secrets
from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlmodel import select

from eservice_intake.cases.definitions import know
from eservice_intake.cases.entries import enter
from eservice_intake.cases.finding import rows_of
from eservice_intake.cases.models import Case, CaseStep
from eservice_intake.cases.steps import APPLICANT
from eservice_intake.catalogue.eservices import catalogue
from eservice_intake.clock.due import CLOCK, Due
from eservice_intake.decisions.appeals import appeals_of
from eservice_intake.decisions.models import Decision
from eservice_intake.decisions.parties import DecisionParty
from eservice_intake.people.retention import Rule, retention, rule_for
from eservice_intake.people.rows import delete_cases, forget_case
from shared.clock import day_in_sweden
from shared.database import Session
from shared.events import ApplicantErased
from shared.mailed_links import hash_of

LOOK_AGAIN = timedelta(days=30)
TELLING = frozenset({"choice", "multi_choice", "bool", "integer", "decimal", "date"})
"""Types of answers that name nobody and stay in an anonymised case."""


async def look_at(tx: Session, case: Case, at: datetime) -> None:
    """Do what the rules say with an ended case whose time is over, or see when to look at it again."""
    case.purge_on = None
    tx.add(case)
    if case.ended_at is None or case.anonymised_at is not None:
        return
    decisions = (await tx.exec(select(Decision).where(Decision.case_id == case.id))).all()
    today, ended_on = day_in_sweden(at), day_in_sweden(case.ended_at)
    rule = rule_for(retention(), case.eservice, outcome_of(case, decisions), ended_on)
    last_day = rule.due_on(ended_on) if rule else None
    if rule is None or last_day is None or last_day >= today or not await _is_delivered(tx, case, decisions):
        case.purge_on = _next_look(today, last_day)
        return
    await tx.flush()
    await _apply(tx, rule, case, at)


def _next_look(today: date, last_day: date | None) -> date:
    """The day after its last one, and no later than in a month: the rules may change, and proof arrive."""
    latest = today + LOOK_AGAIN
    return min(last_day + timedelta(1), latest) if last_day and last_day >= today else latest


async def _apply(tx: Session, rule: Rule, case: Case, at: datetime) -> None:
    tx.audit(CLOCK, f"{rule.then} case", case=case.diary, ended_on=str(case.ended_at), months=rule.months)
    if rule.then == "delete":
        contacts = await delete_cases(tx, [case])
    else:
        contacts = await _anonymise(tx, case, at)
    tx.publish(ApplicantErased(application_id=case.id, contact_ids=sorted(contacts)))


async def _anonymise(tx: Session, case: Case, at: datetime) -> set[UUID]:
    """Leave what was asked for, and when what was done with it; nobody's name, number, words or files."""
    await know(tx, [case])
    fields = {field.name for field in catalogue().sent_with(case).form if field.type in TELLING}
    case.answers = {name: answer for name, answer in case.answers.items() if name in fields}
    case.sender = None
    case.secret_hash = hash_of(secrets.token_urlsafe(24))
    case.anonymised_at = at
    contacts = await forget_case(tx, case)
    await enter(tx, case)
    return contacts


def outcome_of(case: Case, decisions: Sequence[Decision]) -> str:
    """How it ended: by the decision that holds about it, or else by its state."""
    about = [one for one in decisions if one.is_in_force and one.is_about_case]
    return about[-1].outcome if about else case.status


async def _is_delivered(tx: Session, case: Case, decisions: Sequence[Decision]) -> bool:
    """Whether it is proven that everybody has what the municipality sent: others too what they may appeal."""
    appeals = await appeals_of(tx, case)
    appealed = {one.party_id or one.decision_id for one in appeals if one.by_applicant or one.party_id}
    in_force = [one for one in decisions if one.is_in_force]
    appealable = {one.id for one in in_force if one.appealable}
    parties = [one for one in await rows_of(tx, DecisionParty, case) if one.decision_id in appealable]
    of_applicant = [one for one in in_force if one.party_id is None]
    others_have = all(_has_it(one, appealed) for one in parties)
    return others_have and await _reached_applicant(tx, case, of_applicant, appealed)


def _has_it(one: Decision | DecisionParty, appealed: Collection[UUID]) -> bool:
    return bool(one.served_on or one.opened_at or one.id in appealed)


async def _reached_applicant(tx: Session, case: Case, in_force: Sequence[Decision], appealed: Collection[UUID]) -> bool:
    """Whether the applicant has each decision that can be appealed.

    Without such decisions: there is nobody to reach, or they have opened one, know of the end, or have taken a step.
    """
    if case.applicant_contact_id is None:
        return True
    if appealable := [one for one in in_force if one.appealable]:
        return all(_has_it(one, appealed) for one in appealable)
    return any(one.opened_at for one in in_force) or case.is_end_known or await _has_acted(tx, case)


async def _has_acted(tx: Session, case: Case) -> bool:
    steps = select(CaseStep.id).where(CaseStep.case_id == case.id, CaseStep.by == APPLICANT)
    return (await tx.exec(steps.limit(1))).first() is not None


DUE_RETENTION = Due("ended cases to look at", Case, "purge_on", look_at)
