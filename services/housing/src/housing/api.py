from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query
from sqlmodel import col, select

from housing.blur import as_public
from housing.models.houses import (
    AlreadyDeclined,
    AlreadyPublished,
    DeclineForm,
    House,
    HouseForm,
    HouseNotFound,
    Status,
)
from housing.models.interests import AskedTooOften, Interest, InterestForm, InterestReceipt
from housing.models.shown_houses import HouseFilter, HouseToReview, PublicHouse, Receipt, StaffFilter, StaffHouse
from housing.rules import area_key, objections_to_house, objections_to_text
from shared.contacts import Contact
from shared.database import Session
from shared.errors import Invalid
from shared.events import HouseDeclined, HouseListed, HouseSubmitted, InterestRegistered
from shared.pagination import Page, page_of
from shared.staff import ADMINISTRATOR, HOUSING
from web import (
    NewRow,
    Now,
    Person,
    Reading,
    RequireRole,
    Router,
    Submission,
    TooManyMails,
    Transaction,
    refusals,
)

officer = RequireRole("housing-officer", ADMINISTRATOR, units=[HOUSING])
Officer = Annotated[Person, Depends(officer)]

router = Router(tags=["Houses"])


@router.post(
    "/houses", status_code=201, response_model=Receipt, operation_id="submit_house", responses=refusals(TooManyMails)
)
async def submit(form: HouseForm, submission: Submission) -> NewRow:
    """Offer a house. It is shown once an officer has published it."""
    if objections := objections_to_house(form):
        raise Invalid(*objections)
    await submission.recipients.count(form.owner.email)
    owner = submission.insert(Contact, form.owner)
    house = submission.insert(
        House, form, **form.position.model_dump(), area_key=area_key(form.area), owner_contact_id=owner.id
    )
    submission.publish(HouseSubmitted(house_id=house.id, owner_contact_id=owner.id))
    return house


@router.get("/houses", response_model=Page[PublicHouse], operation_id="list_houses")
async def board(wanted: Annotated[HouseFilter, Query()], reading: Reading) -> Page[PublicHouse]:
    """Published houses, the newest first."""
    query = select(House).where(House.status == Status.PUBLISHED)
    if wanted.offer:
        query = query.where(House.offer == wanted.offer)
    if wanted.condition:
        query = query.where(House.condition == wanted.condition)
    if wanted.area:
        query = query.where(House.area_key == area_key(wanted.area))
    newest = col(House.published_at).desc(), col(House.id).desc()
    return await page_of(reading, query, wanted, newest, as_public)


@router.get(
    "/houses/{house_id}", response_model=PublicHouse, operation_id="show_house", responses=refusals(HouseNotFound)
)
async def show(house_id: UUID, reading: Reading) -> PublicHouse:
    """A published house. Its position is blurred to a square kilometre, its sizes to classes."""
    return as_public(published(await reading.get(House, house_id)))


@router.post(
    "/houses/{house_id}/interests",
    status_code=201,
    response_model=InterestReceipt,
    operation_id="register_interest",
    responses=refusals(HouseNotFound, TooManyMails, AskedTooOften),
)
async def register_interest(house_id: UUID, form: InterestForm, submission: Submission) -> NewRow:
    """Write to a house's owner. The message is passed on; who sent it, and who has it, stays with us."""
    async with submission.reading() as session:
        house = published(await session.get(House, house_id))
    if objections := objections_to_text("message", form.message):
        raise Invalid(*objections)
    await submission.recipients.count(form.email)
    # Each interest also becomes a mail to the owner. Counted by house: by address, the limit would tell whose it is.
    if not await submission.recipients.allows_message(str(house.id)):
        raise AskedTooOften
    seeker = submission.insert(Contact, form)
    interest = submission.insert(Interest, form, house_id=house.id, seeker_contact_id=seeker.id)
    submission.publish(
        InterestRegistered(
            house_id=house.id,
            interest_id=interest.id,
            owner_contact_id=house.owner_contact_id,
            seeker_contact_id=seeker.id,
        )
    )
    return interest


@router.get(
    "/staff/houses", response_model=Page[StaffHouse], operation_id="list_all_houses", dependencies=[Depends(officer)]
)
async def moderation(wanted: Annotated[StaffFilter, Query()], reading: Reading) -> Page[StaffHouse]:
    """Every house, the oldest first. With its property designation and exact position."""
    query = select(House)
    if wanted.status:
        query = query.where(House.status == wanted.status)
    oldest = col(House.received_at).asc(), col(House.id).asc()
    return await page_of(reading, query, wanted, oldest, StaffHouse.model_validate)


@router.get(
    "/staff/houses/{house_id}",
    response_model=HouseToReview,
    operation_id="show_any_house",
    responses=refusals(HouseNotFound),
    dependencies=[Depends(officer)],
)
async def review(house_id: UUID, reading: Reading, at: Now) -> HouseToReview:
    """A house, published or not, and how everybody sees it."""
    house = await reading.get(House, house_id)
    if house is None:
        raise HouseNotFound
    return HouseToReview.model_validate(house, update={"public": as_public(house, at)})


@router.post(
    "/houses/{house_id}/publication",
    status_code=201,
    response_model=Receipt,
    operation_id="publish_house",
    responses=refusals(HouseNotFound, AlreadyPublished, AlreadyDeclined),
)
async def publish(house_id: UUID, person: Officer, tx: Transaction, at: Now) -> House:
    """Publish a house."""
    house = await held(tx, house_id)
    house.publish(person.subject, at)
    tx.audit(person.subject, "publish house", house=str(house.id))
    tx.publish(HouseListed(house_id=house.id, owner_contact_id=house.owner_contact_id))
    return house


@router.post(
    "/houses/{house_id}/refusal",
    status_code=201,
    response_model=Receipt,
    operation_id="decline_house",
    responses=refusals(HouseNotFound, AlreadyDeclined),
)
async def decline(house_id: UUID, form: DeclineForm, person: Officer, tx: Transaction, at: Now) -> House:
    """Decline a house, or take down a published one. Its owner is told why, and nobody else sees it."""
    house = await held(tx, house_id)
    was_published = house.status is Status.PUBLISHED
    house.decline(form.reason, person.subject, at)
    tx.audit(person.subject, "decline house", house=str(house.id))
    tx.publish(HouseDeclined(house_id=house.id, owner_contact_id=house.owner_contact_id, was_published=was_published))
    return house


async def held(tx: Session, house_id: UUID) -> House:
    """Whatever its status, and nobody else changes it meanwhile."""
    house = await tx.get(House, house_id, with_for_update=True)
    if house is None:
        raise HouseNotFound
    return house


def published(house: House | None) -> House:
    if house is None or house.status is not Status.PUBLISHED:
        raise HouseNotFound
    return house
