"""The e-services, read from `data/` when the process starts. A broken file ends it."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Protocol, TypeVar

import yaml
from pydantic import ValidationError

from eservice_intake.catalogue.checks import Known, block_problems, eservice_problems
from eservice_intake.catalogue.definitions import (
    Block,
    CatalogueFile,
    Conditions,
    EServiceFile,
    FormField,
    Kind,
    LeadTime,
    Unit,
)
from eservice_intake.catalogue.labels import Labelled, Model
from shared.errors import NotFound

M = TypeVar("M", bound=Model)
SENDER_NAMES = ("company_name", "applicant_name")
"""The fields, in the shared blocks, that say who sends in."""


class UnknownEService(NotFound):
    """There is no such e-service. `GET /eservices` lists those there are."""

    sv = "Det finns ingen sådan e-tjänst. `GET /eservices` visar dem som finns."


class Defined(Protocol):
    """What was sent to an e-service, and the version of its definition then."""

    @property
    def eservice(self) -> str: ...

    @property
    def definition(self) -> str | None: ...


class Section(Model):
    """Fields shown together: a block's, or the e-service's own."""

    block: str | None
    heading: Labelled | None = None
    fields: list[FormField]


class EService(EServiceFile):
    """An e-service with the blocks it uses."""

    sections: list[Section]
    kinds: dict[str, Kind]
    on_behalf_if: Conditions | None = None

    def __hash__(self) -> int:
        return hash(self.id)

    @cached_property
    def form(self) -> list[FormField]:
        """Every field, in the order of the form."""
        return [field for section in self.sections for field in section.fields]

    @cached_property
    def content(self) -> dict[str, Any]:
        """All that it says, as JSON."""
        return self.model_dump(mode="json", exclude_defaults=True)

    @cached_property
    def version(self) -> str:
        """Another one when anything that it says is another."""
        return hashlib.sha256(json.dumps(self.content, sort_keys=True).encode()).hexdigest()

    @property
    def urgent(self) -> bool:
        return self.priority == "urgent"

    def kind_for(self, answers: Mapping[str, object]) -> str:
        return (self.kind_by_field and self.kind_by_field.case_of(answers)) or self.kind

    def sender_of(self, answers: Mapping[str, object]) -> str | None:
        """Whom the diary says it is from: a name, or else the address that the receipt goes to. None is anonymous."""
        names = (answers.get(name) for name in (*SENDER_NAMES, self.receipt_to))
        return next((str(name) for name in names if name is not None), None)

    def unit_for(self, answers: Mapping[str, object]) -> str:
        return (self.unit_by_field and self.unit_by_field.case_of(answers)) or self.unit

    def waiting_period(self, kind: str) -> LeadTime | None:
        """The time that must pass before work may begin, for a matter of that kind."""
        period = self.lead_time
        if period is None or self.kinds[kind].may_start != "after_waiting_period":
            return None
        return period if period.applies_to in (None, kind) else None


@dataclass(frozen=True)
class Catalogue:
    kinds: dict[str, Kind]
    units: dict[str, Unit]
    blocks: dict[str, Block]
    eservices: dict[str, EService]
    versions: dict[str, EService]
    """Those of today, and earlier ones that somebody has read."""

    def find(self, eservice_id: str) -> EService:
        if eservice_id not in self.eservices:
            raise UnknownEService
        return self.eservices[eservice_id]

    def of_case(self, eservice_id: str) -> EService:
        """The e-service of a case. One that has left the catalogue has its id for a title, and asks nothing."""
        return self.eservices.get(eservice_id) or self._retired(eservice_id)

    def sent_with(self, sent: Defined) -> EService:
        """The e-service as it was when it was sent to, if that is at hand; else as it is today."""
        return self.versions.get(sent.definition or "") or self.of_case(sent.eservice)

    def _retired(self, eservice_id: str) -> EService:
        known: dict[str, Any] = {"id": eservice_id, "sv": eservice_id, "en": eservice_id, "sections": []}
        return EService.model_construct(None, **known | {"kinds": self.kinds})


class _UniqueKeys(yaml.CSafeLoader):
    """YAML lets a later key replace an earlier one in silence."""

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        keys = [self.construct_object(key) for key, _ in node.value]
        twice = next((key for key in keys if keys.count(key) > 1), None)
        if twice is not None:
            raise yaml.YAMLError(f"line {node.start_mark.line + 1}: {twice!r} is given twice")
        return super().construct_mapping(node, deep)


def load(folder: Path) -> Catalogue:
    """Read and check every file. The first problem ends the process, with the file and the field it is in."""
    shared = _read(folder, "catalogue.yaml", CatalogueFile)
    _refuse("catalogue.yaml", block_problems(shared.blocks))
    files = {
        f"eservices/{path.name}": _read(folder, f"eservices/{path.name}", EServiceFile)
        for path in sorted((folder / "eservices").glob("*.yaml"))
    }
    ids = {file.id for file in files.values()}
    known = Known(kinds=set(shared.kinds), units=set(shared.units), blocks=shared.blocks, eservices=ids)
    for name, file in files.items():
        _refuse(name, eservice_problems(Path(name).stem, file, known))
    eservices = {file.id: _with_blocks(file, shared) for file in files.values()}
    versions = {eservice.version: eservice for eservice in eservices.values()}
    return Catalogue(shared.kinds, shared.units, shared.blocks, eservices, versions)


def _with_blocks(file: EServiceFile, shared: CatalogueFile) -> EService:
    blocks = shared.blocks
    first = [_section(name, blocks[name]) for name in file.blocks if not blocks[name].last]
    last = [_section(name, blocks[name]) for name in file.blocks if blocks[name].last]
    sections = [*first, Section(block=None, fields=file.fields), *last]
    on_behalf_if = next((blocks[name].on_behalf_if for name in file.blocks if blocks[name].on_behalf_if), None)
    return EService(**dict(file), sections=sections, kinds=shared.kinds, on_behalf_if=on_behalf_if)


def _section(name: str, block: Block) -> Section:
    return Section(block=name, heading=Labelled(sv=block.sv, en=block.en), fields=block.fields)


def _read(folder: Path, name: str, model: type[M]) -> M:
    try:
        data = yaml.load((folder / name).read_text("utf-8"), _UniqueKeys)  # noqa: S506  # a SafeLoader
        return model.model_validate(data)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise SystemExit(f"{name}: {' '.join(str(error).split())}") from None
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise SystemExit(f"{name}: {_named(data, first['loc'], where)}: {first['msg']}") from None


def _named(data: Any, location: tuple[int | str, ...], where: str) -> str:
    """The place, with the name of the field it is in: a number alone is tedious to count to."""
    name = None
    for part in location:
        try:
            data = data[part]
        except (KeyError, IndexError, TypeError):
            break
        if isinstance(data, dict) and isinstance(part, int):
            name = data.get("name", name)
    return f"{where} ({name})" if name else where or "the file"


def _refuse(name: str, problems: Iterator[tuple[str, str]]) -> None:
    for where, what in problems:
        raise SystemExit(f"{name}: {where}: {what}")


@cache
def catalogue() -> Catalogue:
    """The e-services of this package."""
    return load(Path(__file__).parents[1] / "data")
