"""Every e-service as eservice-intake publishes it, and answers that somebody may give."""

from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cache
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import strategies as st

from eservice_intake.catalogue.eservices import catalogue
from eservice_intake.catalogue.file_types import ACCEPT
from eservice_intake.catalogue.presentation import Presenter
from eservice_intake.catalogue.schema import Reader, schema_of
from portal.forms.conditions import holds
from portal.forms.definition import GROUPS, Definition, Field, definition_of

every_eservice = pytest.mark.parametrize("eservice", sorted(catalogue().eservices))
LARGEST = 1_000_000_000_000


@cache
def definition(eservice: str, language: str = "sv") -> Definition:
    known = catalogue().find(eservice)
    shown = Presenter(catalogue(), language).shown(known).model_dump(mode="json", exclude_none=True)
    schema = schema_of(catalogue(), known, Reader(language, ACCEPT, 10 * 1024 * 1024))
    return definition_of(shown, schema, language, "Uppgifter")


def field(eservice: str, name: str) -> Field:
    return next(one for one in definition(eservice).fields if one.name == name)


@st.composite
def answers_to(draw: st.DrawFn, fields: Iterable[Field]) -> dict[str, Any]:
    """Answers to what is asked, some of the optional ones among them."""
    answers: dict[str, Any] = {}
    for one in fields:
        is_asked = holds(one.show_if, answers) and not one.is_computed
        if is_asked and (one.required or one.type == "protected_identity" or draw(st.booleans())):
            answers[one.name] = draw(_answer(one))
    return answers


def _answer(one: Field) -> st.SearchStrategy[Any]:
    if one.type in GROUPS:
        return answers_to(one.fields)
    if one.type == "repeat":
        return st.lists(answers_to(one.fields), min_size=1, max_size=3)
    if one.type == "multi_choice":
        return st.lists(st.sampled_from([option.value for option in one.options]), min_size=1, unique=True)
    if one.type == "file":
        return st.lists(IDS, min_size=1, max_size=3) if one.is_list else IDS
    if one.is_declaration:
        return st.just(True)
    return OF_TYPE[one.type](one) if one.type in OF_TYPE else TEXTS


def _option(one: Field) -> st.SearchStrategy[str]:
    return st.sampled_from([option.value for option in one.options])


IDS = st.builds(lambda: str(uuid4()))
TEXTS = st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1).filter(lambda text: text.strip())
PROSE = st.lists(TEXTS, min_size=1, max_size=3).map("\n".join)
OF_TYPE: dict[str, Any] = {
    "textarea": lambda _: PROSE,
    "bool": lambda _: st.booleans(),
    "protected_identity": lambda _: st.booleans(),
    "choice": _option,
    "country": _option,
    "foreign_country": _option,
    "integer": lambda _: st.integers(-LARGEST, LARGEST),
    "decimal": lambda _: st.floats(-LARGEST, LARGEST, allow_nan=False) | st.integers(-LARGEST, LARGEST),
    "date": lambda _: st.dates().map(str),
    "datetime": lambda _: st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1)).map(
        lambda at: at.replace(tzinfo=UTC, second=0, microsecond=0).isoformat()
    ),
}
