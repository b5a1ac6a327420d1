"""The taxa as a definition: `data/fees.yaml` has it to begin with, and a broken file there ends the process."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

from definitions.files import Problems
from definitions.kinds import OneFile, Seed
from definitions.published import Published
from eservice_intake.catalogue.eservices import catalogue
from eservice_intake.fees.tables import Charge, FeeTable, Taxa
from shared.errors import Text


class Fees(OneFile[Taxa]):
    name = "taxa"
    title = Text(sv="Taxan", en="The taxa")
    model = Taxa

    def seeded(self) -> dict[str, Seed[Taxa]]:
        found = super().seeded()
        for place, what in name_problems(found[self.name].one.tables):
            raise SystemExit(f"{self.file.name}: {place}: {what}")
        return found

    def problems(self, one: Taxa) -> Problems:
        return table_problems(one.tables)


def table_problems(tables: Sequence[FeeTable]) -> Problems:
    """What does not agree within the tables."""
    for number, (earlier, table) in enumerate(pairwise(tables), start=1):
        if table.since <= earlier.since:
            yield f"tables.{number}.since", "must be later than that of the table before"
    seen: set[tuple[int, str]] = set()
    for number, place, one in _charges(tables):
        if one.rate is not None and one.rate not in tables[number].rates:
            yield f"{place}.rate", f"there is no rate {one.rate}"
        if (number, one.item) in seen:
            yield f"{place}.item", f"{one.item} is given twice"
        seen.add((number, one.item))


def name_problems(tables: Sequence[FeeTable], known: Sequence[FeeTable] = ()) -> Problems:
    """What the tables say of e-services, kinds and options that there are not. Those that are known were right once."""
    new = {number: table for number, table in enumerate(tables) if table not in known}
    for place, one in ((place, one) for number, place, one in _charges(tables) if number in new):
        yield from catalogue().unknown(place, one.eservices, one.kinds)
    for number, table in new.items():
        yield from _risk_problems(f"tables.{number}.risk", table)


def _risk_problems(place: str, table: FeeTable) -> Problems:
    if table.risk.eservice not in catalogue().eservices:
        yield f"{place}.eservice", f"there is no e-service {table.risk.eservice}"
        return
    asked = {field.name: field for field in catalogue().find(table.risk.eservice).form}
    for name, points in table.risk.answers.items():
        options = {option.value for option in (asked[name].options or [])} if name in asked else set()
        if options != points.keys():
            yield f"{place}.answers.{name}", f"give points to each of {', '.join(sorted(options)) or 'its options'}"


def _charges(tables: Sequence[FeeTable]) -> Iterator[tuple[int, str, Charge]]:
    """Every charge: the number of its table, its place and itself."""
    for number, table in enumerate(tables):
        yield from ((number, f"tables.{number}.items.{at}", one) for at, one in enumerate(table.items))
        yield number, f"tables.{number}.control", table.control


PUBLISHED = Published(Fees(Path(__file__).parents[1] / "data" / "fees.yaml"))


def fee_tables() -> Sequence[FeeTable]:
    """The tables that are published now. Each holds from its own day on."""
    return PUBLISHED.current()[Fees.name].tables
