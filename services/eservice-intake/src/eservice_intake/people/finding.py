"""Finds what is held about a person."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import SQLModel, col, select

from eservice_intake.applications.signatures import Signature
from eservice_intake.cases.definitions import know
from eservice_intake.cases.models import Case
from eservice_intake.catalogue.definitions import SEALED
from eservice_intake.catalogue.eservices import catalogue
from eservice_intake.decisions.parties import DecisionParty
from eservice_intake.drafts.models import Draft
from eservice_intake.drafts.rules import begun_with
from eservice_intake.identities.models import CasePerson
from eservice_intake.identities.numbers import Seal, numbers_in
from eservice_intake.people.models import PersonForm
from eservice_intake.people.parties import served_on
from eservice_intake.people.unsigned import unsigned_with_address, unsigned_with_number
from eservice_intake.referrals.models import Referral
from eservice_intake.surveys.invited import invitations_of
from eservice_intake.surveys.models import SurveyInvitation
from shared.contacts import Contact
from shared.database import Session
from shared.errors import FieldError, Invalid, Text, Violation
from shared.identifiers import personal_number

PEOPLE: sa.Table = SQLModel.metadata.tables["eservice_case_person"]
ONE_OF_THEM = Violation(
    "personal_number",
    "one_of",
    Text(
        sv="Ange personnummer eller e-post, ett av dem.",
        en="Give a personal identity number or an e-mail, one of them.",
    ),
)


@dataclass(frozen=True)
class Person:
    """Whom it is about: exactly one of the two is given."""

    number: str | None
    email: str | None

    @classmethod
    def of(cls, form: PersonForm, today: date) -> "Person":
        """Raises Invalid."""
        if (form.personal_number is None) == (form.email is None):
            raise Invalid(ONE_OF_THEM)
        try:
            number = form.personal_number and personal_number(form.personal_number, today)
        except FieldError as error:
            raise Invalid(Violation("personal_number", error.code, error.text)) from None
        return cls(number or None, form.email)

    def digest(self, seal: Seal) -> str:
        """What the audit knows the person by."""
        return seal.hash_of(self.number or self.email or "")[:16]


@dataclass(frozen=True)
class Found:
    """A person's own cases and drafts, what awaits a signature, what they were served or invited to, and the rest."""

    cases: Sequence[Case]
    mentions: Sequence[Case]
    drafts: Sequence[Draft]
    unsigned: Sequence[Signature]
    parties: Sequence[DecisionParty]
    invitations: Sequence[SurveyInvitation]
    contacts: Sequence[Contact]


async def find(tx: Session, person: Person, seal: Seal, today: date) -> Found:
    contacts = await _contacts(tx, person)
    contact_ids = [contact.id for contact in contacts]
    own = await _own_cases(tx, person, seal, contact_ids)
    ids = {case.id for case in own}
    mentions = [case for case in await _mentions(tx, person, seal, contact_ids) if case.id not in ids]
    parties = await served_on(tx, contact_ids)
    if person.number is None:
        unsigned = await unsigned_with_address(tx, contact_ids, _says(Signature.answers, person.email))
    else:
        unsigned = await unsigned_with_number(tx, person.number, seal, today)
    drafts = await _drafts(tx, person, seal, today)
    invited = await invitations_of(tx, contact_ids, person.number and seal.hash_of(person.number))
    return Found(own, mentions, drafts, unsigned, parties, invited, contacts)


async def _contacts(tx: Session, person: Person) -> Sequence[Contact]:
    if person.email is None:
        return []
    same = sa.func.lower(col(Contact.email)) == person.email.lower()
    return (await tx.exec(select(Contact).where(same).order_by(col(Contact.id)))).all()


async def _own_cases(tx: Session, person: Person, seal: Seal, contact_ids: list[UUID]) -> Sequence[Case]:
    """Cases that the person has signed in for; with the person's number, if nobody else has; or with the address.

    A case that the person has filled in for somebody else is not theirs.
    """
    if person.number is None:
        mine = col(Case.applicant_contact_id).in_(contact_ids)
    else:
        other = PEOPLE.alias()
        hers = sa.exists().where(other.c.case_id == col(CasePerson.case_id), other.c.signed_in)
        nobody_elses = ~(hers | col(CasePerson.filled_in))
        named = col(CasePerson.number_hash) == seal.hash_of(person.number)
        found = select(CasePerson.case_id).where(named, col(CasePerson.signed_in) | nobody_elses)
        mine = col(Case.id).in_(found)
    return (await tx.exec(select(Case).where(mine).order_by(col(Case.id)))).all()


async def _mentions(tx: Session, person: Person, seal: Seal, contact_ids: list[UUID]) -> Sequence[Case]:
    """Cases with the number; or with the address in an answer, or of whoever was asked, filled it in or is served."""
    if person.number is not None:
        found = select(CasePerson.case_id).where(col(CasePerson.number_hash) == seal.hash_of(person.number))
        mention: sa.ColumnElement[bool] = col(Case.id).in_(found)
    else:
        asked = select(Referral.case_id).where(col(Referral.party_contact_id).in_(contact_ids))
        filled_in = select(Signature.case_id).where(col(Signature.sender_contact_id).in_(contact_ids))
        served = select(DecisionParty.case_id).where(col(DecisionParty.party_contact_id).in_(contact_ids))
        involved = (col(Case.id).in_(ids) for ids in (asked, filled_in, served))
        mention = sa.or_(_says(Case.answers, person.email), *involved)
    return (await tx.exec(select(Case).where(mention).order_by(col(Case.id)))).all()


def _says(answers: Any, email: str | None) -> sa.ColumnElement[bool]:
    """Whether the address is among the answers, as JSON is kept."""
    return sa.cast(answers, sa.String).icontains(json.dumps(email), autoescape=True)


async def _drafts(tx: Session, person: Person, seal: Seal, today: date) -> Sequence[Draft]:
    """Drafts go after two weeks, so that each of those with a number can be looked into."""
    if person.email is not None:
        return (await tx.exec(select(Draft).where(_says(Draft.answers, person.email)))).all()
    drafts = (await tx.exec(select(Draft).where(sa.cast(Draft.answers, sa.String).contains(SEALED)))).all()
    await know(tx, drafts)
    return [draft for draft in drafts if person.number in _numbers(draft, seal, today)]


def _numbers(draft: Draft, seal: Seal, today: date) -> set[str]:
    eservice = begun_with(catalogue(), draft)
    return numbers_in(eservice.form, seal.opened_answers(eservice.form, draft.answers), today) if eservice else set()
