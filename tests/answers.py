"""Answers that an e-service takes, with traces of somebody wherever somebody writes."""

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import count, product
from random import Random
from typing import Any
from uuid import uuid4

from stdnum import luhn

from eservice_intake.catalogue.conditions import holds
from eservice_intake.catalogue.definitions import FormField
from eservice_intake.catalogue.eservices import EService
from eservice_intake.catalogue.rules import GROUPS, judged
from shared.clock import day_in_sweden, now

Answers = dict[str, Any]

NAMES = ("Ordm" + "".join(letters) for letters in product("bdfgkmnprstv", repeat=4))
NUMBERS = count(1)
ENOUGH, ATTEMPTS = 5, 500
NO_TRACE = {"activity_code": "90.10", "regnr": "5432", "postal_code": "831 30"}
"""What is too short to be known again."""


def filled_in(eservice: EService) -> tuple[Answers, set[str]]:
    """Answers the e-service takes, with as much of its form as can be seen at once, and the traces in them."""
    found: list[tuple[Answers, set[str]]] = []
    for attempt in range(ATTEMPTS):
        somebody = Somebody(Random(attempt))
        answers = somebody.fill(eservice.form)
        if not judged(eservice, answers, now())[1]:
            found.append((answers, somebody.traces))
        if len(found) == ENOUGH:
            break
    return max(found, key=lambda one: len(one[1]))


class Somebody:
    """Fills in every field that is shown, never twice with the same, and remembers what can be known again."""

    def __init__(self, chance: Random) -> None:
        self.traces: set[str] = set()
        self.chance = chance
        self.days = count(1)

    def fill(self, fields: list[FormField]) -> Answers:
        answers: Answers = {}
        for field in fields:
            shown = holds(field.show_if, answers) if field.show_if else True
            if shown and not field.computed:
                answers[field.name] = self._answer(field, answers)
        return answers

    def _answer(self, field: FormField, answers: Answers) -> Any:
        if field.name in NO_TRACE:
            return NO_TRACE[field.name]
        if field.type in CHOSEN:
            return CHOSEN[field.type](self, field, answers)
        write = WRITTEN.get(field.type, WRITTEN["text"])
        return self.remember("QXZ47K" if field.name == "vehicle_regnr" else write(next(NAMES), next(NUMBERS), field))

    def remember(self, written: Any) -> Any:
        self.traces.add(str(written))
        return written


def _number(somebody: Somebody, field: FormField, answers: Answers) -> float:
    if field.max_field:
        return float(answers[field.max_field]) if field.type == "decimal" else int(answers[field.max_field])
    least = field.smallest if field.more_than is None else field.more_than + 1
    return min(max(least or 0, somebody.chance.choice([1, 2, 9, 40])), field.largest or 40)


def _time(somebody: Somebody, field: FormField, answers: Answers) -> str:
    this: Any = now() if field.type == "datetime" else day_in_sweden(now())
    earlier = answers.get(field.after) if field.after else None
    is_ahead = field.min or (earlier is not None and datetime.fromisoformat(earlier).date() > day_in_sweden(now()))
    moment: datetime = this + timedelta(next(somebody.days) + (10 if is_ahead else -200))
    return moment.isoformat()


def _files(somebody: Somebody, field: FormField, answers: Answers) -> Any:
    ids = [str(uuid4()) for _ in range(max(1, field.fewest))]
    return ids if field.multiple else ids[0]


def _point(somebody: Somebody, field: FormField, answers: Answers) -> Answers:
    shift = next(NUMBERS) + 0.4567
    return {"easting": somebody.remember(487_000 + shift), "northing": somebody.remember(7_000_000 + shift)}


CHOSEN: dict[str, Callable[[Somebody, FormField, Answers], Any]] = {
    "protected_identity": lambda *_: False,
    "bool": lambda somebody, field, _: somebody.chance.random() < 0.5 if field.must_be is None else field.must_be,
    "choice": lambda somebody, field, _: somebody.chance.choice(field.options or []).value,
    "multi_choice": lambda somebody, field, _: [option.value for option in field.options or []][: field.most],
    "repeat": lambda somebody, field, _: [somebody.fill(field.fields or []) for _ in range(max(1, field.fewest))],
    "country": lambda *_: "SE",
    "foreign_country": lambda *_: "FI",
    "foreign_company": lambda somebody, *_: somebody.fill(GROUPS["foreign_company"]),
    "address": lambda somebody, *_: somebody.fill(GROUPS["address"]),
    "point_sweref99tm": _point,
    "file": _files,
    "integer": _number,
    "decimal": _number,
    "date": _time,
    "datetime": _time,
}
WRITTEN: dict[str, Callable[[str, int, FormField], str]] = {
    "email": lambda name, _number, _field: f"{name.lower()}@example.com",
    "phone": lambda _name, number, _field: f"+467017406{5 + number % 95:02}",
    "orgnr": lambda _name, number, _field: _checked(f"556{number:06}"),
    "foreign_number": lambda _name, number, _field: f"{1_000_000 + number}-8",
    "personnr": lambda _name, number, _field: f"19{_checked(f'900101{number % 1000:03}')}",
    "property_designation": lambda name, _number, _field: f"Östersund {name} 1:23",
    "case_reference": lambda _name, number, _field: f"MH-2024-{100_000 + number}",
    "text": lambda name, _number, field: f"{name} {'och så vidare ' * field.shortest}"[: max(field.shortest, 8)],
}


def _checked(digits: str) -> str:
    return digits + luhn.calc_check_digit(digits)
