"""Answers as an address has them: `sector=mat_dryck&sells=tobak&sells=folkol&handles_food=true`."""

from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal, InvalidOperation

from permit_guide.guide.conditions import Answer, Unsure
from permit_guide.guide.definitions import UNSURE, Guide, Known, Question
from shared.errors import Invalid, Text, Violation

YES_NO = {"true": True, "false": False}
LARGEST = 1_000_000
UNKNOWN = Text(sv="Guiden frågar inte efter det här.", en="The guide does not ask this.")
TWICE = Text(sv="Frågan har ett svar, och här är flera.", en="The question has one answer, and here are several.")
NOT_ONE = Text(
    sv="Svaret finns inte bland dem som går att välja: {choices}.",
    en="The answer is not one of the choices: {choices}.",
)
NOT_A_NUMBER = Text(
    sv="Skriv ett tal från 0 till 1 000 000, till exempel 13,9.", en="Write a number from 0 to 1,000,000, such as 13.9."
)


class Wrong(Exception):
    def __init__(self, code: str, message: Text) -> None:
        self.code, self.message = code, message


def parse(guide: Guide, given: Iterable[tuple[str, str]]) -> Known:
    """The answers. Raises Invalid with everything that is wrong."""
    values: dict[str, list[str]] = {}
    for name, value in given:
        values.setdefault(name, []).append(value)
    wrong = list(_problems(guide, values))
    if wrong:
        raise Invalid(*wrong)
    return {name: _read(guide.by_id[name], several) for name, several in values.items()}


def _problems(guide: Guide, values: dict[str, list[str]]) -> Iterator[Violation]:
    for name, several in values.items():
        question = guide.by_id.get(name)
        if question is None:
            yield Violation(name, "unknown_question", UNKNOWN)
            continue
        try:
            _read(question, several)
        except Wrong as wrong:
            yield Violation(name, wrong.code, wrong.message)


def _read(question: Question, values: list[str]) -> Answer:
    if values == [UNSURE] and UNSURE not in question.values:
        return Unsure()
    if question.type == "multi":
        chosen = ",".join(values).split(",")
        return tuple(dict.fromkeys(_chosen(question, value) for value in chosen))
    if len(values) > 1:
        raise Wrong("one_answer", TWICE)
    [value] = values
    return READERS[question.type](question, value)


def _chosen(question: Question, value: str) -> str:
    if value not in question.values:
        raise Wrong("unknown_answer", _not_one([option.value for option in question.options]))
    return value


def _yes_or_no(_: Question, value: str) -> bool:
    if value not in YES_NO:
        raise Wrong("unknown_answer", _not_one([*YES_NO, UNSURE]))
    return YES_NO[value]


def _number(_: Question, value: str) -> Decimal:
    try:
        number = Decimal(value.strip().replace(",", "."))
    except InvalidOperation:
        raise Wrong("not_a_number", NOT_A_NUMBER) from None
    if not number.is_finite() or not 0 <= number <= LARGEST:
        raise Wrong("not_a_number", NOT_A_NUMBER)
    return number


def _not_one(choices: list[str]) -> Text:
    listed = ", ".join(choices)
    return Text(sv=NOT_ONE.sv.format(choices=listed), en=NOT_ONE.en.format(choices=listed))


READERS: dict[str, Callable[[Question, str], Answer]] = {"choice": _chosen, "bool": _yes_or_no, "number": _number}


def of_facts(guide: Guide, facts: dict[str, bool | int | float | str | list[str]]) -> Known:
    """The answers of a golden case. Raises Invalid."""
    return parse(guide, ((name, _written(value)) for name, value in facts.items()))


def _written(value: object) -> str:
    if isinstance(value, list):
        return ",".join(value)
    return str(value).lower() if isinstance(value, bool) else str(value)
