"""The taxa as a definition: `data/fees.yaml` has it to begin with, and a broken file there ends the process."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

from definitions.files import Problems, read_or_exit
from definitions.kinds import Kind, Seed
from definitions.published import Published
from definitions.source import Faulty, Source
from eservice_intake.catalogue.eservices import catalogue
from eservice_intake.fees.tables import Charge, FeeTable, Taxa
from shared.errors import Text

NAME = "taxa"


class Fees(Kind[Taxa]):
    """A file. There is one taxa."""

    name = "taxa"
    title = Text(sv="Taxor", en="Taxas")

    def __init__(self, file: Path) -> None:
        self.file = file

    def seeds(self) -> Mapping[str, str]:
        try:
            return {self.file.name: self.file.read_text("utf-8")}
        except (OSError, UnicodeDecodeError) as error:
            raise SystemExit(f"{self.file.name}: {error}") from None

    def seeded(self) -> dict[str, Seed[Taxa]]:
        [(file, text)] = self.seeds().items()
        return {NAME: Seed(read_or_exit(file, text, partial(self.read, names=True)), text)}

    def read(self, source: Source, *, names: bool = False) -> Taxa:
        """With `names`, every e-service and option that it names is one there is."""
        taxa = Taxa.model_validate(source.data)
        found = [*table_problems(taxa.tables), *(name_problems(taxa.tables) if names else ())]
        if found:
            raise Faulty(*(source.located(*problem) for problem in found))
        return taxa

    def load(self, content: Any) -> Taxa:
        return Taxa.model_validate(content)

    def content(self, one: Taxa) -> Any:
        return one.model_dump(mode="json", exclude_defaults=True)

    def name_of(self, one: Taxa) -> str:
        return NAME

    def title_of(self, one: Taxa) -> Text:
        return Text(sv="Taxa", en="The taxa")


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
        yield from _unknown(f"{place}.eservices", "e-service", set(one.eservices) - catalogue().eservices.keys())
        yield from _unknown(f"{place}.kinds", "kind", set(one.kinds or ()) - catalogue().kinds.keys())
    for number, table in new.items():
        yield from _risk_problems(f"tables.{number}.risk", table)


def _unknown(place: str, what: str, names: Iterable[str]) -> Problems:
    for name in sorted(names):
        yield place, f"there is no {what} {name}"


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
    return PUBLISHED.current()[NAME].tables
