"""Deletes or anonymises cases whose time is over, each in a transaction of its own, and never an undelivered one."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col, select

from eservice_intake.cases.applicants import APPLICANT
from eservice_intake.cases.entries import enter
from eservice_intake.cases.models import Case, CaseStep
from eservice_intake.cases.references import hash_of
from eservice_intake.catalogue.eservices import catalogue
from eservice_intake.decisions.models import Decision
from eservice_intake.people.retention import Rule, RuleSet, retention, rule_for
from eservice_intake.people.rows import delete_cases, forget_case
from shared.clock import day_in_sweden, now
from shared.database import Database, Session
from shared.events import ApplicantErased
from shared.settings import Settings

AT_ONCE = 500
CLOCK = "clock"
TELLING = frozenset({"choice", "multi_choice", "bool", "integer", "decimal", "date"})
"""Types of answers that name nobody and stay in an anonymised case."""


async def purge_ended(database: Database, settings: Settings) -> None:
    """What a process does hourly."""
    await purge_cases(database, settings, now())


async def purge_cases(database: Database, _: Settings, at: datetime) -> int:
    """Do what the rules say with every ended case whose time is over. Returns how many."""
    purged, latest = 0, UUID(int=0)
    while ids := await _ended(database, latest):
        purged += sum([await _purge_one(database, case_id, at) for case_id in ids])
        latest = ids[-1]
    return purged


async def _purge_one(database: Database, case_id: UUID, at: datetime) -> bool:
    async with database.transaction() as tx:
        return await _purge(tx, case_id, retention(), at)


async def _ended(database: Database, after: UUID) -> Sequence[UUID]:
    kept = col(Case.ended_at).is_not(None) & col(Case.anonymised_at).is_(None)
    query = select(Case.id).where(kept, col(Case.id) > after).order_by(col(Case.id)).limit(AT_ONCE)
    async with database.reading() as session:
        return (await session.exec(query)).all()


async def _purge(tx: Session, case_id: UUID, sets: list[RuleSet], at: datetime) -> bool:
    case = (await tx.exec(select(Case).where(Case.id == case_id).with_for_update(skip_locked=True))).first()
    if case is None or case.ended_at is None:
        return False
    decisions = (await tx.exec(select(Decision).where(Decision.case_id == case_id))).all()
    ended_on = day_in_sweden(case.ended_at)
    rule = rule_for(sets, case.eservice, outcome_of(case, decisions), ended_on)
    if rule is None or rule.due_on(ended_on) >= day_in_sweden(at) or not await _is_delivered(tx, case, decisions):
        return False
    await _apply(tx, rule, case, at)
    return True


async def _apply(tx: Session, rule: Rule, case: Case, at: datetime) -> None:
    tx.audit(CLOCK, f"{rule.then} case", case=case.diary, ended_on=str(case.ended_at), months=rule.months)
    if rule.then == "delete":
        contacts = await delete_cases(tx, [case])
    else:
        contacts = await _anonymise(tx, case, at)
    tx.publish(ApplicantErased(application_id=case.id, contact_ids=sorted(contacts)))


async def _anonymise(tx: Session, case: Case, at: datetime) -> set[UUID]:
    """Leave what was asked for, and when what was done with it; nobody's name, number, words or files."""
    fields = {field.name for field in catalogue().eservices[case.eservice].form if field.type in TELLING}
    case.answers = {name: answer for name, answer in case.answers.items() if name in fields}
    case.sender = None
    case.secret_hash = hash_of(secrets.token_urlsafe(24))
    case.anonymised_at = at
    contacts = await forget_case(tx, case)
    await enter(tx, case)
    return contacts


def outcome_of(case: Case, decisions: Sequence[Decision]) -> str:
    """How it ended: by the decision that holds about it, or else by its state."""
    about = [one for one in decisions if one.is_in_force and one.appeal_id is None]
    return about[-1].outcome if about else case.status


async def _is_delivered(tx: Session, case: Case, decisions: Sequence[Decision]) -> bool:
    """Whether it is proven that the applicant has what the municipality sent.

    There is nobody to reach; or every decision is served; or, without decisions, the applicant has taken a step.
    """
    if case.applicant_contact_id is None:
        return True
    taken = [one for one in decisions if not one.is_proposal]
    if taken:
        return all(one.served_on is not None or not one.is_in_force for one in taken)
    steps = sa.exists().where(col(CaseStep.case_id) == case.id, col(CaseStep.by) == APPLICANT)
    return bool((await (await tx.connection()).execute(sa.select(steps))).scalar())
