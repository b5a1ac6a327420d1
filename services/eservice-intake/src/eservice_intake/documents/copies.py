"""The copy of what somebody sent in: as a document, and as the text of a mail."""

from collections.abc import Iterator, Mapping, Sequence

from eservice_intake.cases.models import Case
from eservice_intake.catalogue.answers import UNANSWERED, ReadAnswer, read_answers
from eservice_intake.catalogue.eservices import catalogue
from eservice_intake.clock.rules import clock_of
from eservice_intake.documents.pdf import Document, Part
from shared.clock import SWEDEN, day_in_sweden
from shared.errors import Text
from shared.events import Language

TITLE = Text(sv="Kopia av det du skickade in", en="Copy of what you sent in")
FACTS = {
    "eservice": Text(sv="E-tjänst", en="E-service"),
    "reference": Text(sv="Referens", en="Reference"),
    "diary_number": Text(sv="Diarienummer", en="Diary number"),
    "received": Text(sv="Inkom", en="Received"),
    "answered": Text(sv="Svar kan väntas senast", en="An answer can be expected by"),
}


def copy_of(case: Case, filenames: Mapping[str, str], language: Language | None = None) -> Document:
    """The copy, in the language the case was sent in unless another is asked for."""
    chosen = language or case.language
    eservice = catalogue().sent_with(case)
    values = {
        "eservice": eservice.text.in_language(chosen),
        "reference": case.reference,
        "diary_number": case.diary,
        "received": f"{case.received_at.astimezone(SWEDEN):%Y-%m-%d %H:%M}",
        "answered": clock_of(eservice, case.kind, day_in_sweden(case.received_at)).answer_expected_on,
    }
    sections = read_answers(eservice, case.answers, chosen, filenames)
    return Document(
        title=TITLE.in_language(chosen),
        language=chosen,
        day=day_in_sweden(case.received_at),
        footer=case.reference,
        facts=[ReadAnswer(name, FACTS[name].in_language(chosen), str(fact)) for name, fact in values.items() if fact],
        parts=[Part(section.heading, answers=section.answers) for section in sections],
    )


def as_text(document: Document) -> str:
    """What the document says, in plain lines."""
    lines = [f"{fact.label}: {fact.answer}" for fact in document.facts]
    for part in document.parts:
        lines += ["", part.heading.upper(), *part.paragraphs, *_lines(part.answers, document.language)]
    return "\n".join(lines)


def _lines(answers: Sequence[ReadAnswer], language: Language) -> Iterator[str]:
    for one in answers:
        answer = UNANSWERED.in_language(language) if one.answer is None else one.answer
        asked = one.label if one.label.endswith("?") else f"{one.label}:"
        yield from (asked, *answer.splitlines()) if "\n" in answer else (f"{asked} {answer}",)
        for number, row in enumerate(one.rows, start=1):
            yield f"{one.label} {number}"
            yield from _lines(row, language)
