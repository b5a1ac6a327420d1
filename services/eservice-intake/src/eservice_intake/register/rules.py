"""Whom a search is for: a personal identity number is found by its hash, and stands in no address."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from eservice_intake.identities.numbers import is_of_a_trader, numbers_written_in
from eservice_intake.register.models import CaseFilter, CaseSearch
from shared.errors import FieldError, Invalid, Text, Violation
from shared.identifiers import personal_number

IN_THE_BODY = Text(
    sv="Ett personnummer hör inte hemma i en adress. Sök med `POST /cases/search`.",
    en="A personal identity number belongs in no address. Search with `POST /cases/search`.",
)


@dataclass(frozen=True)
class Sought:
    """The numbers of a search, with twelve digits, and what else is asked for."""

    named: Sequence[str]
    written: Mapping[str, str]
    """What is written like a number among the words, and the number."""
    others: CaseFilter

    @property
    def numbers(self) -> set[str]:
        return {*self.named, *self.written.values()}


def sought(form: CaseSearch, today: date) -> Sought:
    """Raises Invalid when a number is not a personal identity number."""
    written = numbers_written_in(form.text or "", today)
    words = form.text or ""
    for one in written:
        words = words.replace(one, " ")
    is_traders = form.orgnr is not None and is_of_a_trader(form.orgnr)
    given = {"personal_number": form.personal_number, "orgnr": form.orgnr if is_traders else None}
    named = [_read(name, number, today) for name, number in given.items() if number is not None]
    update = {"text": words.strip() or None, "orgnr": None if is_traders else form.orgnr, "personal_number": None}
    return Sought(named, written, form.model_copy(update=update))


def require_no_numbers(wanted: CaseFilter, today: date) -> None:
    """Raise Invalid when a filter has a personal identity number, which would stand in the address."""
    if found := list(_numbered(wanted, today)):
        raise Invalid(*(Violation(name, "personal_number_in_address", IN_THE_BODY) for name in found))


def _numbered(wanted: CaseFilter, today: date) -> Iterator[str]:
    if wanted.orgnr is not None and is_of_a_trader(wanted.orgnr):
        yield "orgnr"
    if numbers_written_in(wanted.text or "", today):
        yield "text"


def _read(name: str, number: str, today: date) -> str:
    try:
        return personal_number(number, today)
    except FieldError as error:
        raise Invalid(Violation(name, error.code, error.text)) from None
