"""What every e-service says is written for those who read it: each fault names the file, the field and the text."""

import re
from collections.abc import Iterator

import pytest

from definitions.source import Source
from eservice_intake.catalogue.definitions import NUMBERS, FormField
from eservice_intake.catalogue.eservices import ESERVICES, PUBLISHED, EService
from testkit.citations import LEGAL_BASIS

from .every_eservice import EVERY_ESERVICE
from .plain_words import (
    ASKS,
    PEOPLE_SAY_INSTEAD,
    SAYS_SOMETHING,
    TERMS,
    UNITS,
    WHO,
    WHOLE_UNIT,
)

LANGUAGES = ("sv", "en")
SOURCES = {f"eservices/{name}.yaml": seed.source for name, seed in PUBLISHED.seeds.items()}
SOURCES["catalogue.yaml"] = (ESERVICES.folder / "catalogue.yaml").read_text("utf-8")
EVERY_FILE = pytest.mark.parametrize("file", SOURCES)


def with_inner(fields: list[FormField], path: str = "") -> Iterator[tuple[str, FormField]]:
    for field in fields:
        yield path + field.name, field
        yield from with_inner(field.fields or [], f"{path}{field.name}.")


def texts_of(file: str) -> Iterator[tuple[str, str, str]]:
    """The place, the language and the text of everything in the file that people read."""
    for place, words in Source(SOURCES[file]).texts():
        yield from ((f"{file}: {place}", language, text) for language, text in words.items())


def told(eservice: EService, faults: list[tuple[str, str]]) -> list[str]:
    return [f"eservices/{eservice.id}.yaml: {place}: {what}" for place, what in faults]


@EVERY_ESERVICE
def test_an_eservice_says_who_may_apply(eservice):
    who = next((WHO[block] for block in eservice.blocks if block in WHO), WHO[None])
    summary = {language: getattr(eservice.summary, language) for language in LANGUAGES}

    faults = [("summary", text) for language, text in summary.items() if not re.search(who[language], text)]

    assert told(eservice, faults) == []


@EVERY_FILE
def test_a_law_is_referred_to_as_lawyers_do(file):
    laws = [text for text in texts_of(file) if ": legal_basis." in text[0]]

    assert [(place, text) for place, language, text in laws if not LEGAL_BASIS[language].fullmatch(text)] == []


@EVERY_ESERVICE
def test_a_yes_or_no_is_a_sentence_and_a_question_ends_as_one(eservice):
    faults = []
    for path, field in with_inner(eservice.form):
        for language in LANGUAGES:
            label = getattr(field, language)
            if field.type == "bool" and not SAYS_SOMETHING[language].search(label):
                faults.append((path, f"is not a sentence: {label}"))
            if ASKS[language].match(label) and not re.search(r"\?( \([^)]+\))?$", label):
                faults.append((path, f"asks without a question mark: {label}"))

    assert told(eservice, faults) == []


@EVERY_ESERVICE
def test_a_unit_stands_in_brackets_last_and_whole(eservice):
    faults = []
    for path, field in with_inner(eservice.form):
        suffix = next((end for end in UNITS if field.type in NUMBERS and field.name.endswith(end)), None)
        for language in LANGUAGES:
            label = getattr(field, language)
            if suffix and not label.endswith(UNITS[suffix][language]):
                faults.append((path, f"does not end in {UNITS[suffix][language]}: {label}"))
            if WHOLE_UNIT.search(label):
                faults.append((path, f"has a unit that is not in brackets, or not written out: {label}"))

    assert told(eservice, faults) == []


@EVERY_ESERVICE
def test_what_a_resident_may_not_know_is_explained(eservice):
    faults = []
    for path, field in with_inner(eservice.form):
        asked = " ".join([field.sv, *(option.sv for option in field.options or [])])
        unit = field.type in NUMBERS and re.search(r"\([^)]+\)$", field.sv)
        term = unit or TERMS.search(asked)
        if term and field.note is None:
            faults.append((path, f"has no note that explains '{term[0]}'"))

    assert told(eservice, faults) == []


@EVERY_ESERVICE
def test_what_is_asked_in_one_language_is_asked_in_the_other(eservice):
    faults = []
    for path, field in with_inner(eservice.form):
        for one in (field, field.note):
            if one and _numbers(one.sv) != _numbers(one.en):
                faults.append((path, f"has other numbers in English: {one.sv} / {one.en}"))
            if one and one.sv.endswith("?") != one.en.endswith("?"):
                faults.append((path, f"is a question in one language: {one.sv} / {one.en}"))

    assert told(eservice, faults) == []


@EVERY_FILE
def test_the_words_are_those_that_people_use(file):
    faults = [(place, text) for place, language, text in texts_of(file) if PEOPLE_SAY_INSTEAD[language].search(text)]

    assert faults == []


def test_the_terms_that_are_explained_are_asked_about():
    asked = " ".join(text for file in SOURCES for _, _, text in texts_of(file))

    assert [term for term in TERMS.pattern.removeprefix("(?i)").split("|") if not re.search(f"(?i){term}", asked)] == []


def _numbers(text: str) -> list[str]:
    without_phone = re.sub(r"(063|\+46 63)[ -]14 30 00", "", text)
    return re.findall(r"(?<![\w-])\d+", re.sub(r"(?<=\d)[\s,.](?=\d)", "", without_phone))
