from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated
from uuid import UUID

import sqlalchemy as sa
from fastapi import Depends, Query
from sqlmodel import col, select

from recruitment.models.ads import (
    Ad,
    AdExpired,
    AdForm,
    AdNotFound,
    AlreadyDeclined,
    AlreadyPublished,
    DeadlinePassed,
    DeclineForm,
    Status,
)
from recruitment.models.shown_ads import AdFilter, AdReceipt, AdToReview, PublicAd, StaffAd, StaffFilter
from recruitment.rules import objections_to_ad, public_employer, search_text, search_words
from recruitment.shortages import current
from shared.contacts import Contact
from shared.database import Session
from shared.errors import Invalid
from shared.events import AdDeclined, AdPosted, AdPublished
from shared.pagination import Page, page_of
from shared.staff import ADMINISTRATOR, RECRUITMENT
from web import (
    NewRow,
    Now,
    Person,
    Reading,
    RequireRole,
    Router,
    Submission,
    Today,
    TooManyMails,
    Transaction,
    refusals,
)

officer = RequireRole("recruitment-officer", ADMINISTRATOR, units=[RECRUITMENT])
Officer = Annotated[Person, Depends(officer)]

router = Router(tags=["Ads"])


@router.post(
    "/ads", status_code=201, response_model=AdReceipt, operation_id="submit_ad", responses=refusals(TooManyMails)
)
async def post(form: AdForm, submission: Submission) -> NewRow:
    """Post a job ad. It is shown once an officer has published it, until its deadline."""
    if objections := objections_to_ad(form, submission.today):
        raise Invalid(*objections)
    await submission.recipients.count(form.contact_email)
    employer = submission.insert(Contact, email=form.contact_email, language=form.language)
    ad = submission.insert(
        Ad, form, ssyk=form.occupation.ssyk, search_text=search_text(form), employer_contact_id=employer.id
    )
    submission.publish(
        AdPosted(
            ad_id=ad.id,
            employer_contact_id=employer.id,
            occupation=ad.ssyk,
            application_deadline=ad.application_deadline,
        )
    )
    return ad


@router.get("/ads", response_model=Page[PublicAd], operation_id="list_ads")
async def search(wanted: Annotated[AdFilter, Query()], reading: Reading, today: Today) -> Page[PublicAd]:
    """Live ads, the newest first."""
    query = select(Ad).where(Ad.status == Status.PUBLISHED, Ad.application_deadline >= today)
    if wanted.sector:
        query = query.where(Ad.sector == wanted.sector)
    if wanted.occupation:
        query = query.where(col(Ad.ssyk).startswith(wanted.occupation))
    if wanted.in_shortage:
        query = query.where(sa.or_(*(col(Ad.ssyk).startswith(code) for code in current().beginnings), sa.false()))
    for word in search_words(wanted.q or ""):
        query = query.where(col(Ad.search_text).contains(word, autoescape=True))
    newest = col(Ad.published_at).desc(), col(Ad.id).desc()
    return await page_of(reading, query, wanted, newest, as_public)


@router.get("/ads/{ad_id}", response_model=PublicAd, operation_id="show_ad", responses=refusals(AdNotFound, AdExpired))
async def show(ad_id: UUID, reading: Reading, today: Today) -> PublicAd:
    """A live ad."""
    return as_public(live(await reading.get(Ad, ad_id), today))


@router.get("/staff/ads", response_model=Page[StaffAd], operation_id="list_all_ads", dependencies=[Depends(officer)])
async def moderation(wanted: Annotated[StaffFilter, Query()], reading: Reading) -> Page[StaffAd]:
    """Every ad, the oldest first. With the company's address."""
    query = select(Ad)
    if wanted.status:
        query = query.where(Ad.status == wanted.status)
    oldest = col(Ad.received_at).asc(), col(Ad.id).asc()
    ads = await page_of(reading, query, wanted, oldest, lambda ad: ad)
    return Page(items=await as_staff_see(reading, ads.items), next=ads.next)


@router.get(
    "/staff/ads/{ad_id}",
    response_model=AdToReview,
    operation_id="show_any_ad",
    responses=refusals(AdNotFound),
    dependencies=[Depends(officer)],
)
async def review(ad_id: UUID, reading: Reading, at: Now) -> AdToReview:
    """An ad, published or not, and how everybody sees it."""
    ad = await reading.get(Ad, ad_id)
    if ad is None:
        raise AdNotFound
    [seen] = await as_staff_see(reading, [ad])
    return AdToReview(**dict(seen), public=as_public(ad, at))


@router.post(
    "/ads/{ad_id}/publication",
    status_code=201,
    response_model=AdReceipt,
    operation_id="publish_ad",
    responses=refusals(AdNotFound, AlreadyPublished, AlreadyDeclined, DeadlinePassed),
)
async def publish(ad_id: UUID, person: Officer, tx: Transaction, at: Now, today: Today) -> Ad:
    """Publish an ad."""
    ad = await held(tx, ad_id)
    ad.publish(person.subject, at, today)
    tx.audit(person.subject, "publish ad", ad=str(ad.id))
    tx.publish(
        AdPublished(
            ad_id=ad.id,
            employer_contact_id=ad.employer_contact_id,
            application_deadline=ad.application_deadline,
        )
    )
    return ad


@router.post(
    "/ads/{ad_id}/refusal",
    status_code=201,
    response_model=AdReceipt,
    operation_id="decline_ad",
    responses=refusals(AdNotFound, AlreadyDeclined),
)
async def decline(ad_id: UUID, form: DeclineForm, person: Officer, tx: Transaction, at: Now) -> Ad:
    """Decline an ad, or take down a published one. The company is told why, and nobody else sees it."""
    ad = await held(tx, ad_id)
    was_published = ad.status is Status.PUBLISHED
    ad.decline(form.reason, person.subject, at)
    tx.audit(person.subject, "decline ad", ad=str(ad.id))
    tx.publish(AdDeclined(ad_id=ad.id, employer_contact_id=ad.employer_contact_id, was_published=was_published))
    return ad


async def held(tx: Session, ad_id: UUID) -> Ad:
    """Whatever its status, and nobody else changes it meanwhile."""
    ad = await tx.get(Ad, ad_id, with_for_update=True)
    if ad is None:
        raise AdNotFound
    return ad


def live(ad: Ad | None, today: date) -> Ad:
    if ad is None:
        raise AdNotFound
    ad.require_live(today)
    return ad


async def as_staff_see(session: Session, ads: Sequence[Ad]) -> list[StaffAd]:
    """The ads, each with the address of the company."""
    contacts = await session.exec(select(Contact).where(col(Contact.id).in_([ad.employer_contact_id for ad in ads])))
    emails = {contact.id: contact.email for contact in contacts}
    return [StaffAd.model_validate(ad, update={"contact_email": emails[ad.employer_contact_id]}) for ad in ads]


def as_public(ad: Ad, at: datetime | None = None) -> PublicAd:
    """With `at`, an ad that is not published as it would be if it were then."""
    return PublicAd.model_validate(
        ad,
        update={
            "employer": public_employer(ad.employer, ad.foreign_company),
            "is_in_shortage": current().sector_of(ad.ssyk) is not None,
            "publication_date": ad.published_at or at,
            "last_publication_date": ad.application_deadline,
            "removed": False,
        },
    )
