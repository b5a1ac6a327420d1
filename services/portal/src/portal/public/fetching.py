"""What registers fill in of a page that somebody is filling in. What they have typed stays until they replace it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup
from pydantic import TypeAdapter, ValidationError

from portal.clients.base import Away, Refused
from portal.clients.registers import Address, Company, Registers
from portal.forms.answers import in_words
from portal.forms.definition import Field
from portal.forms.parse import Typed, typed_of
from portal.i18n import gettext as _
from portal.i18n import of_service, speaking
from portal.pages import Page
from portal.public.turns import CHOOSE, FETCH, REPLACE
from portal.templating import apart, day
from shared.identifiers import is_of_a_person

COMPANIES, ADDRESSES = "company_register", "address_register"
ASKED_WITH = {COMPANIES: ("orgnr",), ADDRESSES: ("address", "property_designation")}
"""The types of the questions whose answers a register is asked with."""
KNOWN: TypeAdapter[Company | Address] = TypeAdapter(Company | Address)


@dataclass(frozen=True)
class Suggestion:
    words: Markup
    value: str


@dataclass(frozen=True)
class Difference:
    """What a register has where something else is typed."""

    label: Markup
    words: Markup


@dataclass(frozen=True)
class Fetched:
    """What the boxes say then, and what is told of it. `value` is what a button puts in place."""

    typed: Typed
    texts: Sequence[Markup] = ()
    suggestions: Sequence[Suggestion] = ()
    differences: Sequence[Difference] = ()
    value: str = ""


def asking(fields: Iterable[Field]) -> Iterator[str]:
    """The questions whose answers a register is asked with, and has something to fill in of the page."""
    fields = list(fields)
    for one in fields:
        others = any(other.prefill == one.prefill for other in fields if other is not one)
        if one.type in ASKED_WITH.get(one.prefill or "", ()) and others:
            yield one.name


async def fetched(page: Page, fields: Sequence[Field], typed: Typed) -> Fetched:
    """What the button asks for. A register that is away, or knows nothing, is told of and changes nothing."""
    name = _first(typed, FETCH)
    by = next((one for one in fields if one.name == name and name in asking(fields)), None)
    if by is None:
        return _put(fields, typed)
    try:
        return await _asked(page.ask(Registers), fields, typed, by)
    except Away:
        return _not_there(typed)
    except Refused as error:
        if error.status not in (404, 422):
            return _not_there(typed)
        return Fetched(typed, [of_service(next(iter(error.fields.values()), error.detail)), _go_on()])


async def _asked(registers: Registers, fields: Sequence[Field], typed: Typed, by: Field) -> Fetched:
    if by.type == "orgnr":
        number = "".join(letter for letter in _first(typed, by.name) if letter.isdecimal())
        if not number:
            return Fetched(typed, [_("Skriv organisationsnumret först.")])
        if is_of_a_person(number):
            return Fetched(typed, [_("En enskild firmas nummer är ett personnummer, och slås inte upp."), _go_on()])
        return _filled(fields, typed, await registers.company(number), ())
    begins = _first(typed, by.name if by.type == "property_designation" else f"{by.name}.street").strip()
    if not begins:
        return Fetched(typed, [_("Skriv adressen eller fastighetsbeteckningen först, eller början av adressen.")])
    ask = registers.addresses_of if by.type == "property_designation" else registers.addresses
    return _suggested(typed, await ask(begins))


def _put(fields: Sequence[Field], typed: Typed) -> Fetched:
    """What somebody has chosen among suggestions, or what they want in place of what they have typed."""
    replaced = ("address",) if CHOOSE in typed else None
    try:
        found = KNOWN.validate_json(_first(typed, CHOOSE) or _first(typed, REPLACE))
    except ValidationError:
        return Fetched(typed)
    return _filled(fields, typed, found, replaced)


def _suggested(typed: Typed, found: Sequence[Address]) -> Fetched:
    if not found:
        return Fetched(typed, [_("Registret har ingen adress som börjar så."), _go_on()])
    told = _("Välj den adress som gäller. Är den inte med kan du skriva mer av den, eller fylla i själv.")
    return Fetched(typed, [told], [Suggestion(_in_words(one), one.model_dump_json()) for one in found])


def _filled(fields: Sequence[Field], typed: Typed, found: Company | Address, replaced: Sequence[str] | None) -> Fetched:
    """The boxes that were empty, and those of the types that are replaced: all of them, if that is None."""
    facts = _of_company(found) if isinstance(found, Company) else _of_address(found)
    register = COMPANIES if isinstance(found, Company) else ADDRESSES
    boxes = dict(typed)
    filled: list[Markup] = []
    differences: list[Difference] = []
    for one in fields:
        if one.prefill != register or one.type not in facts or _agrees(one, typed, facts[one.type]):
            continue
        if replaced is None or one.type in replaced or not _is_typed(one, typed):
            boxes |= _boxes(one, facts[one.type])
            filled.append(of_service(one.label))
        else:
            words = Markup(", ").join(in_words(one, facts[one.type]))
            differences.append(Difference(of_service(one.label), words))
    texts = [*_told(filled, differences), *_ended(found)]
    return Fetched(boxes, texts, differences=differences, value=found.model_dump_json() if differences else "")


def _told(filled: Sequence[Markup], differences: Sequence[Difference]) -> Iterator[Markup]:
    if filled:
        yield _("Vi har fyllt i det här ur registret, kontrollera att det stämmer: %(labels)s.") % {
            "labels": Markup(", ").join(filled)
        }
    if differences:
        yield _("Registret har något annat än det du har skrivit. Det du har skrivit står kvar.")
    if not filled and not differences:
        yield _("Det du har fyllt i stämmer med registret.")


def _ended(found: Company | Address) -> Iterator[Markup]:
    if isinstance(found, Company) and found.deregistered_on:
        yield _("%(name)s är enligt registret avregistrerat sedan %(day)s.") % {
            "name": apart(found.name),
            "day": day(found.deregistered_on),
        }


def _not_there(typed: Typed) -> Fetched:
    return Fetched(typed, [_("Registret svarar inte just nu, eller är inte inläst."), _go_on()])


def _go_on() -> Markup:
    return _("Fyll i själv och fortsätt som vanligt.")


def _of_company(found: Company) -> dict[str, Any]:
    """By the types of the questions. An address abroad is typed: its parts are others."""
    facts: dict[str, Any] = {"text": found.name}
    if found.country is None and found.street and found.postal_code and found.city:
        facts["address"] = {"street": found.street, "postal_code": found.postal_code, "city": found.city}
    return facts


def _of_address(found: Address) -> dict[str, Any]:
    return {
        "address": {"street": found.address, "postal_code": found.postal_code, "city": found.city},
        "property_designation": found.property_designation,
        "point_sweref99tm": {"easting": found.easting, "northing": found.northing},
    }


def _in_words(one: Address) -> Markup:
    return apart(f"{one.address}, {one.postal_code} {one.city} ({one.property_designation})")


def _boxes(one: Field, fact: Any) -> dict[str, Sequence[str]]:
    """All of the question's boxes, as they are then."""
    emptied = {path: [""] for path in _paths(one)}
    return {**emptied, **typed_of([one], {one.name: fact}, speaking().catalogue.language)}


def _paths(one: Field) -> list[str]:
    return [f"{one.name}.{box.name}" for box in one.fields] or [one.name]


def _is_typed(one: Field, typed: Typed) -> bool:
    return any(_first(typed, path).strip() for path in _paths(one))


def _agrees(one: Field, typed: Typed, fact: Any) -> bool:
    """Whether the boxes say so already, however it is spaced. A property may be without its municipality's name."""
    known = {path: _close(said[0]) for path, said in _boxes(one, fact).items()}
    said = {path: _close(_first(typed, path)) for path in known}
    is_without = one.type == "property_designation" and said[one.name] == _close(fact.partition(" ")[2])
    return said == known or is_without


def _close(text: str) -> str:
    return "".join(text.casefold().split())


def _first(typed: Typed, name: str) -> str:
    return next(iter(typed.get(name, ())), "")
