"""What the board is told every month, as a table for spreadsheets and as a document."""

from collections.abc import Sequence
from datetime import date
from itertools import groupby

from eservice_intake.catalogue.eservices import catalogue
from eservice_intake.decisions.forms import DelegatedDecision
from eservice_intake.documents.pdf import Document, Part
from eservice_intake.documents.tables import table
from shared.clock import SWEDEN
from shared.errors import Text
from shared.events import Language

TITLE = Text(sv="Delegationsbeslut {month}", en="Delegated decisions {month}")
NONE = Text(sv="Inga beslut har fattats med stöd av delegation.", en="No decision was made by delegation.")
HEADINGS = (
    Text(sv="Diarienummer", en="Diary number"),
    Text(sv="Beslut", en="Decision"),
    Text(sv="Ärende", en="Case"),
    Text(sv="Enhet", en="Unit"),
    Text(sv="Utfall", en="Outcome"),
    Text(sv="Delegation", en="Delegation"),
    Text(sv="Beslutat", en="Decided"),
    Text(sv="Beslutat av", en="Decided by"),
)


def as_csv(lines: Sequence[DelegatedDecision], language: Language) -> bytes:
    return table([heading.in_language(language) for heading in HEADINGS], [_cells(line, language) for line in lines])


def as_document(lines: Sequence[DelegatedDecision], month: str, today: date, language: Language) -> Document:
    """A part for each unit, and a paragraph for each decision."""
    title = TITLE.in_language(language).format(month=month)
    by_unit = groupby(sorted(lines, key=lambda line: line.unit), key=lambda line: line.unit)
    parts = [
        Part(_unit(unit, language), [", ".join(filter(None, _cells(line, language))) for line in of_unit])
        for unit, of_unit in by_unit
    ]
    nothing = [Part(title, [NONE.in_language(language)])]
    return Document(title=title, language=language, day=today, footer=month, facts=[], parts=parts or nothing)


def _cells(line: DelegatedDecision, language: Language) -> list[str]:
    decided = f"{line.decided_at.astimezone(SWEDEN):%Y-%m-%d}"
    told = (line.title, _unit(line.unit, language), line.outcome_text, line.delegation, decided, line.decided_by_name)
    return [line.diary_number, str(line.number), *(one or "" for one in told)]


def _unit(unit: str, language: Language) -> str:
    found = catalogue().units.get(unit)
    return found.text.in_language(language) if found else unit
