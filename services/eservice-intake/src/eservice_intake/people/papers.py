"""What is held about a person, as a document to give them."""

from collections.abc import Iterator

from eservice_intake.catalogue.answers import ReadAnswer
from eservice_intake.documents.pdf import Document, Part
from eservice_intake.people.models import CaseExtract, Extract
from shared.clock import day_in_sweden
from shared.errors import Text
from shared.events import Language

TITLE = Text(sv="Det som finns om dig", en="What is held about you")
CASES = Text(sv="Ärenden", en="Cases")
DRAFTS = Text(sv="Utkast", en="Drafts")
CONTACTS = Text(sv="Kontaktuppgifter", en="Contact details")
UNSIGNED = Text(sv="Ansökningar som väntar på underskrift", en="Applications that await a signature")
SERVED = Text(sv="Beslut som du har delgetts", en="Decisions that you were served")
INVITED = Text(sv="Inbjudningar till näringslivsundersökningen", en="Invitations to the business survey")
CONFIDENTIAL = Text(sv="Sekretessmarkerade ärenden", en="Confidential cases")
MENTIONED = Text(sv="Nämns i andras ärenden", en="Mentioned in other people's cases")


def extract_document(extract: Extract, language: Language) -> Document:
    """Every case with its answers in words, then row by row, and what is held besides."""
    facts = {CASES: len(extract.cases), DRAFTS: len(extract.drafts), CONTACTS: len(extract.contacts)}
    return Document(
        title=TITLE.in_language(language),
        language=language,
        day=day_in_sweden(extract.made_at),
        footer=TITLE.in_language(language),
        facts=[ReadAnswer(label.en, label.in_language(language), str(count)) for label, count in facts.items()],
        parts=[part for case in extract.cases for part in _parts_of(case)] + list(_others(extract, language)),
    )


def _parts_of(case: CaseExtract) -> Iterator[Part]:
    for section in case.answers:
        yield Part(f"{case.diary_number}: {section.heading}", answers=section.answers)
    for table, rows in case.rows.items():
        yield Part(f"{case.diary_number}: {table}", paragraphs=[_line(row) for row in rows])


def _others(extract: Extract, language: Language) -> Iterator[Part]:
    held = ((DRAFTS, extract.drafts), (UNSIGNED, extract.unsigned), (SERVED, extract.served))
    for heading, rows in (*held, (INVITED, extract.invited), (CONTACTS, extract.contacts)):
        if rows:
            yield Part(heading.in_language(language), paragraphs=[_line(row) for row in rows])
    for heading, numbers in ((CONFIDENTIAL, extract.confidential), (MENTIONED, extract.mentioned_in)):
        if numbers:
            yield Part(heading.in_language(language), paragraphs=numbers)


def _line(row: dict[str, object]) -> str:
    return "; ".join(f"{name}: {value}" for name, value in row.items() if value is not None)
