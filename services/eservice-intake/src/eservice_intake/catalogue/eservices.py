"""The e-services: `data/` has those to begin with. A broken file there ends the process."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

from definitions.files import Problems, read_file
from definitions.kinds import Kind, Seed, Versioned
from definitions.published import Published
from definitions.source import Faulty, Source
from eservice_intake.catalogue.checks import Known, block_problems, eservice_problems
from eservice_intake.catalogue.definitions import (
    Block,
    CatalogueFile,
    Conditions,
    EServiceFile,
    FormField,
    LeadTime,
    Unit,
)
from eservice_intake.catalogue.definitions import Kind as KindOfCase
from eservice_intake.catalogue.labels import Labelled, Model
from shared.errors import NotFound, Text

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


class EService(EServiceFile, Versioned):
    """An e-service with the blocks it uses."""

    sections: list[Section]
    kinds: dict[str, KindOfCase]
    on_behalf_if: Conditions | None = None

    def __hash__(self) -> int:
        return hash(self.id)

    @cached_property
    def form(self) -> list[FormField]:
        """Every field, in the order of the form."""
        return [field for section in self.sections for field in section.fields]

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
    kinds: dict[str, KindOfCase]
    units: dict[str, Unit]
    blocks: dict[str, Block]
    eservices: Mapping[str, EService]
    versions: dict[str, EService]
    """Those of today, and earlier ones that somebody has read."""

    def find(self, eservice_id: str) -> EService:
        if eservice_id not in self.eservices:
            raise UnknownEService
        return self.eservices[eservice_id]

    def unknown(self, place: str, eservices: Iterable[str] | None, kinds: Iterable[str] | None) -> Problems:
        """What another definition names there, and is not here."""
        for name in sorted(set(eservices or ()) - self.eservices.keys()):
            yield f"{place}.eservices", f"there is no e-service {name}"
        for name in sorted(set(kinds or ()) - self.kinds.keys()):
            yield f"{place}.kinds", f"there is no kind {name}"

    def of_case(self, eservice_id: str) -> EService:
        """The e-service of a case. One that has left the catalogue has its id for a title, and asks nothing."""
        return self.eservices.get(eservice_id) or self._retired(eservice_id)

    def sent_with(self, sent: Defined) -> EService:
        """The e-service as it was when it was sent to, if that is at hand; else as it is today."""
        return self.versions.get(sent.definition or "") or self.of_case(sent.eservice)

    def _retired(self, eservice_id: str) -> EService:
        known: dict[str, Any] = {"id": eservice_id, "sv": eservice_id, "en": eservice_id, "sections": []}
        return EService.model_construct(None, **known | {"kinds": self.kinds})


class EServices(Kind[EService]):
    """The files of a folder: `eservices/`, and `catalogue.yaml` with what they share."""

    name = "eservice"
    title = Text(sv="E-tjänster", en="E-services")
    model = EService

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @cached_property
    def shared(self) -> CatalogueFile:
        """Raises SystemExit when the file is broken."""
        return read_file(self.folder / "catalogue.yaml", CatalogueFile, _blocks)

    def seeds(self) -> Mapping[str, str]:
        try:
            return {f"eservices/{path.name}": path.read_text("utf-8") for path in self._files}
        except (OSError, UnicodeDecodeError) as error:
            raise SystemExit(f"eservices: {error}") from None

    def seeded(self) -> dict[str, Seed[EService]]:
        found = super().seeded()
        for path, name in zip(self._files, found, strict=True):
            if path.stem != name:
                raise SystemExit(f"eservices/{path.name}: id: must be '{path.stem}', as the file is named")
        return found

    def read(self, source: Source) -> EService:
        file = EServiceFile.model_validate(source.data)
        shared = self.shared
        ids = {file.id, *(path.stem for path in self._files)}
        known = Known(kinds=set(shared.kinds), units=set(shared.units), blocks=shared.blocks, eservices=ids)
        if problems := [source.located(*problem) for problem in eservice_problems(file, known)]:
            raise Faulty(*problems)
        return _with_blocks(file, shared)

    def name_of(self, one: EService) -> str:
        return one.id

    def title_of(self, one: EService) -> Text:
        return one.text

    @property
    def _files(self) -> list[Path]:
        return sorted((self.folder / "eservices").glob("*.yaml"))


def _blocks(file: CatalogueFile) -> Problems:
    return block_problems(file.blocks)


def load(folder: Path) -> Catalogue:
    """Read and check every file. The first problem ends the process, with the file and the field it is in."""
    kind = EServices(folder)
    return _catalogue(Published(kind), kind)


def _with_blocks(file: EServiceFile, shared: CatalogueFile) -> EService:
    blocks = shared.blocks
    first = [_section(name, blocks[name]) for name in file.blocks if not blocks[name].last]
    last = [_section(name, blocks[name]) for name in file.blocks if blocks[name].last]
    sections = [*first, Section(block=None, fields=file.fields), *last]
    on_behalf_if = next((blocks[name].on_behalf_if for name in file.blocks if blocks[name].on_behalf_if), None)
    return EService(**dict(file), sections=sections, kinds=shared.kinds, on_behalf_if=on_behalf_if)


def _section(name: str, block: Block) -> Section:
    return Section(block=name, heading=Labelled(sv=block.sv, en=block.en), fields=block.fields)


def _catalogue(published: Published[EService], kind: EServices) -> Catalogue:
    shared = kind.shared
    return Catalogue(shared.kinds, shared.units, shared.blocks, published.current(), published.versions)


ESERVICES = EServices(Path(__file__).parents[1] / "data")
PUBLISHED = Published(ESERVICES)


def version_of(eservice_id: str, version: str | None, at: datetime) -> EService | None:
    """The e-service as the version has it, or as it is now; None when there is no such e-service.

    Raises VersionClosed for a version that is no longer taken, and Invalid for one that never was.
    """
    if eservice_id not in PUBLISHED.current():
        return None
    return PUBLISHED.as_of(eservice_id, version, at, f"/eservices/{eservice_id}")


def catalogue() -> Catalogue:
    """The e-services that hold now: this package's, and what staff have published in their place."""
    return _catalogue(PUBLISHED, ESERVICES)
