"""How a taxa is tried before it is published, and what of it can no longer be changed."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from definitions.files import Problems
from definitions.kinds import Golden, Trials
from definitions.source import Source
from eservice_intake.catalogue.eservices import catalogue
from eservice_intake.fees.definitions import fee_tables, name_problems
from eservice_intake.fees.tables import FeeTable, GoldenFee, Taxa, table_on
from shared.clock import SWEDEN, day_in_sweden
from shared.errors import Text, in_numbers

WORDS = frozenset({"sv", "en"})
NOTHING = Text(sv="ingenting", en="nothing")


class FeeTrials(Trials[Taxa]):
    def problems(self, one: Taxa, source: Source) -> Problems:
        known = fee_tables()
        yield from name_problems(one.tables, known)
        for number, table in enumerate(one.tables):
            if table not in known:
                yield from _never_used(number, table)

    def preview(self, one: Taxa, language: str, settings: Any) -> dict[str, Any]:
        """What each thing costs by the last table, in words."""
        last = one.tables[-1]
        charges = (*last.items, last.control)
        return {"since": last.since, "items": [last.calculated(each).lines(language) for each in charges]}

    def golden(self, one: Taxa, at: datetime) -> list[Golden]:
        return [_outcome(one, case) for case in one.golden]

    def too_late(self, one: Taxa, held: Taxa, at: datetime) -> Problems:
        """A table that something may have been charged by is not changed: what is new gets a later day of its own."""
        first = _first_whole_day(at)
        begun = {table.since: _bare(table) for table in held.tables if table.since < first}
        for number, table in enumerate(one.tables):
            if table.since < first and begun.pop(table.since, None) != _bare(table):
                yield f"tables.{number}", f"has begun: put what is new in a table of its own, from {first} or later"
        for since in begun:
            yield "tables", f"the one from {since} is missing, by which cases are charged"


def _first_whole_day(at: datetime) -> date:
    """The first day that is all of it to come."""
    day = day_in_sweden(at)
    return day if datetime.combine(day, time.min, SWEDEN) >= at else day + timedelta(1)


def _bare(table: FeeTable) -> Any:
    """What the table charges, whatever words say it: a mistake in those can be mended."""
    return _without_words(table.model_dump(mode="json"))


def _without_words(said: Any) -> Any:
    if isinstance(said, dict):
        return {name: _without_words(each) for name, each in said.items() if name not in WORDS}
    return [_without_words(each) for each in said] if isinstance(said, list) else said


def _never_used(number: int, table: FeeTable) -> Iterator[tuple[str, str]]:
    taken: set[tuple[str, str]] = set()
    for at, one in enumerate(table.items):
        wanted = {(eservice, kind) for eservice in one.eservices for kind in one.kinds or catalogue().kinds}
        if wanted <= taken:
            yield f"tables.{number}.items.{at}", f"{one.item} is never charged: earlier items take all of it"
        taken |= wanted


def _outcome(taxa: Taxa, case: GoldenFee) -> Golden:
    table = table_on(taxa.tables, case.day)
    one = table.charge_for(case.eservice, case.kind, control=case.control) if table else None
    amount = table.calculated(one, case.minutes).amount if table and one else None
    return Golden(case.name, amount == case.amount, NOTHING if amount is None else _in_kronor(amount))


def _in_kronor(amount: int) -> Text:
    number = in_numbers(amount)
    return Text(sv=f"{number.sv} kronor", en=f"SEK {number.en}")
