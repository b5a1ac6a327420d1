"""Look-ups: what the registers that were imported know."""

from datetime import datetime
from typing import Annotated

from fastapi import Query
from pydantic import BaseModel, ConfigDict
from pydantic import Field as Described
from sqlmodel import col, select

from permit_guide.registers.addresses import key_of, property_key_of
from permit_guide.registers.editions import current, loaded
from permit_guide.registers.extracts import EAST, NORTH, SOUTH, WEST
from permit_guide.registers.models import (
    AREAS,
    Address,
    AddressFacts,
    Company,
    CompanyFacts,
    CompanyNotFound,
    Edition,
    PropertyNotFound,
    RegisterKind,
    RegisterNotLoaded,
    SoleTraderNotKept,
)
from permit_guide.registers.shapes import KnownShapes
from shared.database import Session
from shared.fields import Line, OrganisationNumber, PropertyDesignation
from shared.identifiers import is_of_a_person
from shared.pagination import Page, Paging, page_of
from web import Reading, Router, refusals

MOST_OF_A_PROPERTY = 20
LAST = "\U0010ffff"
"""After every text."""

router = Router(prefix="/lookups", tags=["Look-ups"])
shapes = KnownShapes()


class LoadedRegister(BaseModel):
    """A register, and since when its newest extract is what is answered from."""

    kind: RegisterKind
    loaded_at: datetime | None = Described(description="None when it is not loaded.")
    row_count: int


class Property(BaseModel):
    """A property, by the addresses that belong to it."""

    designation: str
    easting: float = Described(description="Of its first address, SWEREF 99 TM.")
    northing: float
    addresses: list[AddressFacts] = Described(description=f"At most {MOST_OF_A_PROPERTY}.")


class AddressSearch(Paging):
    q: Line = Described(max_length=100, description="How the address begins, as it is typed.", examples=["byvägen 1"])


class Place(BaseModel):
    """A point in SWEREF 99 TM, in metres."""

    model_config = ConfigDict(extra="forbid")

    easting: float = Described(ge=WEST, lt=EAST, allow_inf_nan=False, examples=[487_500])
    northing: float = Described(ge=SOUTH, lt=NORTH, allow_inf_nan=False, examples=[6_990_500])


class AreaFound(BaseModel):
    kind: RegisterKind
    id: str
    name: str


class AreasFound(BaseModel):
    """The areas around a point."""

    areas: list[AreaFound]
    not_loaded: list[RegisterKind] = Described(description="Registers of areas that could not be asked.")


@router.get("", response_model=list[LoadedRegister], operation_id="list_registers")
async def registers(reading: Reading) -> list[LoadedRegister]:
    """The registers, and what is loaded of them since when."""
    known = await _editions(reading)
    return [_told(name, known.get(name)) for name in RegisterKind]


@router.get(
    "/company/{number}",
    response_model=CompanyFacts,
    operation_id="find_company",
    responses=refusals(CompanyNotFound, SoleTraderNotKept, RegisterNotLoaded),
)
async def company(number: OrganisationNumber, reading: Reading) -> Company:
    """The organisation of a number: its name, form and postal address."""
    if is_of_a_person(number):
        raise SoleTraderNotKept
    query = select(Company).where(Company.edition_id == current(RegisterKind.COMPANIES), Company.number == number)
    found = (await reading.exec(query)).first()
    if found is None:
        await _require_loaded(reading, RegisterKind.COMPANIES)
        raise CompanyNotFound
    return found


@router.get(
    "/addresses",
    response_model=Page[AddressFacts],
    operation_id="search_addresses",
    responses=refusals(RegisterNotLoaded),
)
async def addresses(wanted: Annotated[AddressSearch, Query()], reading: Reading) -> Page[AddressFacts]:
    """Addresses that begin as is written, in alphabetical order."""
    key = key_of(wanted.q)
    query = select(Address).where(
        Address.edition_id == current(RegisterKind.ADDRESSES), Address.key >= key, Address.key < key + LAST
    )
    order = col(Address.key).asc(), col(Address.id).asc()
    page = await page_of(reading, query, wanted, order, AddressFacts.model_validate)
    if not page.items:
        await _require_loaded(reading, RegisterKind.ADDRESSES)
    return page


@router.get(
    "/property/{designation:path}",
    response_model=Property,
    operation_id="find_property",
    responses=refusals(PropertyNotFound, RegisterNotLoaded),
)
async def find_property(designation: PropertyDesignation, reading: Reading) -> Property:
    """The property of a designation, with or without the municipality's name before it."""
    key = property_key_of(designation, reading.info["municipality_name"])
    query = select(Address).where(Address.edition_id == current(RegisterKind.ADDRESSES), Address.property_key == key)
    found = (await reading.exec(query.order_by(col(Address.id)).limit(MOST_OF_A_PROPERTY))).all()
    if not found:
        await _require_loaded(reading, RegisterKind.ADDRESSES)
        raise PropertyNotFound
    return Property(
        designation=found[0].property_designation,
        easting=found[0].easting,
        northing=found[0].northing,
        addresses=[AddressFacts.model_validate(one) for one in found],
    )


@router.get("/areas", response_model=AreasFound, operation_id="find_areas", responses=refusals(RegisterNotLoaded))
async def areas(place: Annotated[Place, Query()], reading: Reading) -> AreasFound:
    """The protected areas and plans that a point is in. It says which of those registers could not be asked."""
    editions = await _editions(reading)
    known = [kind for kind in AREAS if kind in editions]
    if not known:
        raise RegisterNotLoaded
    found = [
        AreaFound(kind=kind, **one._asdict())
        for kind in known
        for one in (await shapes.of(reading, editions[kind])).around(place.easting, place.northing)
    ]
    return AreasFound(areas=found, not_loaded=[kind for kind in AREAS if kind not in known])


async def _editions(reading: Session) -> dict[RegisterKind, Edition]:
    return {edition.kind: edition for edition in await loaded(reading)}


def _told(kind: RegisterKind, edition: Edition | None) -> LoadedRegister:
    return LoadedRegister(
        kind=kind,
        loaded_at=edition.loaded_at if edition else None,
        row_count=edition.row_count if edition else 0,
    )


async def _require_loaded(reading: Session, kind: RegisterKind) -> None:
    """Nothing was found: say it if there was nothing to find it in."""
    if kind not in await _editions(reading):
        raise RegisterNotLoaded
