"""Answers as an address has them: `sector=mat_dryck&sells=tobak&sells=folkol&handles_food=true`."""

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from permit_guide.guide.conditions import Answer, Unsure
from permit_guide.guide.definitions import UNSURE, Guide, Known, Question
from shared.errors import FieldError, Invalid, Violation

YES_NO = {"true": True, "false": False}
LARGEST = 1_000_000


def parse(guide: Guide, given: Iterable[tuple[str, str]]) -> Known:
    """The answers. Raises Invalid with everything that is wrong."""
    values: dict[str, list[str]] = {}
    for name, value in given:
        values.setdefault(name, []).append(value)
    known: Known = {}
    wrong: list[Violation] = []
    for name, several in values.items():
        try:
            known[name] = _read(guide.by_id.get(name), several)
        except FieldError as error:
            wrong.append(Violation(name, error.code, error.text))
    if wrong:
        raise Invalid(*wrong)
    return known


def _read(question: Question | None, values: list[str]) -> Answer:
    if question is None:
        raise FieldError("unknown_question", "Guiden frågar inte efter det här.", "The guide does not ask this.")
    if values == [UNSURE] and UNSURE not in question.values:
        return Unsure()
    if question.type == "multi":
        chosen = ",".join(values).split(",")
        return tuple(dict.fromkeys(_chosen(question, value) for value in chosen))
    if len(values) > 1:
        raise FieldError(
            "one_answer", "Frågan kan bara ha ett svar, inte flera.", "The question takes one answer, not several."
        )
    [value] = values
    return READERS[question.type](question, value)


def _chosen(question: Question, value: str) -> str:
    if value not in question.values:
        raise _not_among(option.value for option in question.options)
    return value


def _yes_or_no(_: Question, value: str) -> bool:
    if value not in YES_NO:
        raise _not_among([*YES_NO, UNSURE])
    return YES_NO[value]


def _number(_: Question, value: str) -> Decimal:
    try:
        number = Decimal(value.strip().replace(",", "."))
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or not 0 <= number <= LARGEST:
        raise FieldError(
            "not_a_number",
            "Skriv ett tal från 0 till 1 000 000, till exempel 13,9.",
            "Write a number from 0 to 1,000,000, such as 13.9.",
        )
    return number


def _not_among(choices: Iterable[str]) -> FieldError:
    listed = ", ".join(choices)
    return FieldError(
        "unknown_answer",
        f"Svaret finns inte bland dem som går att välja: {listed}.",
        f"The answer is not one of the choices: {listed}.",
    )


READERS: dict[str, Callable[[Question, str], Answer]] = {"choice": _chosen, "bool": _yes_or_no, "number": _number}


def of_facts(guide: Guide, facts: Mapping[str, Any]) -> Known:
    """The answers as JSON has them, such as those of a golden case. Raises Invalid."""
    return parse(guide, ((name, written(value)) for name, value in facts.items()))


def written(value: object) -> str:
    """A fact as an address has it."""
    if isinstance(value, list):
        return ",".join(map(str, value))
    return str(value).lower() if isinstance(value, bool) else str(value)
