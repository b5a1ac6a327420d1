"""The open bulk file of companies, from Bolagsverket: one line an organisation, with parts between `$`.

What is not read is not kept: descriptions of what a company does, and `c/o`, which names a person.
"""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from permit_guide.registers.extracts import Fault, Kept, LeftOut, Line, Read, lines_of
from shared.errors import FieldError
from shared.identifiers import is_of_a_person, organisation_number, postal_code
from shared.text import bounded, line

NUMBER, NAME, FORM = "organisationsidentitet", "organisationsnamn", "organisationsform"
ENDED, ADDRESS = "avregistreringsdatum", "postadress"
COLUMNS = (NUMBER, NAME, FORM, ENDED, ADDRESS)
OF_PERSONS, SOLE_TRADER = "PERSON-IDORG", "E-ORGFO"
SWEDEN = "SE-LAND"
PERSONAL = LeftOut("sole traders and estates, whose numbers are of persons")


def companies_of(path: Path, _: str) -> Iterator[Read]:
    """What is read of each line. Raises NotAnExtract."""
    for one in lines_of(path, COLUMNS):
        yield one if isinstance(one, Fault) else company_of(one)


def company_of(one: Line) -> Read:
    number, _, kind = one.values[NUMBER].partition("$")
    if kind == OF_PERSONS or one.values[FORM] == SOLE_TRADER or is_of_a_person(number):
        return PERSONAL
    column = NUMBER
    try:
        row = {"number": organisation_number(number)}
        column = NAME
        row["name"] = _name(one.values[NAME])
        column = ENDED
        ended = _day(one.values[ENDED])
        column = ADDRESS
        address = _address(one.values[ADDRESS])
    except FieldError as error:
        return one.fault(column, error)
    form = one.values[FORM].removesuffix("-ORGFO")[:20]
    return Kept(one.number, {**row, "form": form, "deregistered_on": ended, **address})


def _name(text: str) -> str:
    """The company's name, before its names in other languages and for parts of its business."""
    name = line(text.partition("|")[0].partition("$")[0])
    if not name:
        raise FieldError("missing", "Namnet saknas.", "The name is missing. Ask for the extract again.")
    return bounded(name, 300)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise FieldError("day", "Ange en dag som 2026-01-31.", "Give a day as 2026-01-31.") from None


def _address(text: str) -> dict[str, str | None]:
    """Street, c/o, place, postal code and country."""
    street, _, city, code, country = [*map(line, text.split("$")), "", "", "", "", ""][:5]
    is_swedish = country in ("", SWEDEN)
    return {
        "street": street[:200] or None,
        "postal_code": (postal_code(code, "SE") if is_swedish else code[:20]) if code else None,
        "city": city[:100] or None,
        "country": None if is_swedish else country[:20],
    }
