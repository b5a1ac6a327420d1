"""An e-service that somebody adds a question to: it is asked, read, missed and shown, and nothing here has changed."""

from typing import Any

import pytest

from portal.forms.answers import in_words
from portal.forms.definition import Definition, definition_of, missing
from portal.forms.parse import parse
from portal.forms.widgets import page_of

TEXT = {"type": "string"}
QUESTIONS: list[tuple[dict[str, Any], dict[str, Any], dict[str, list[str]], Any, str]] = [
    ({"type": "text"}, TEXT, {"new": ["Å"]}, "Å", "<bdi>Å</bdi>"),
    ({"type": "decimal"}, {"type": "number"}, {"new": ["12,5"]}, 12.5, "12,5"),
    ({"type": "bool"}, {"type": "boolean"}, {"new": ["nej"]}, False, "Nej"),
    ({"type": "choice", "options": [{"value": "a", "label": "Ett"}]}, TEXT, {"new": ["a"]}, "a", "Ett"),
    (
        {"type": "date"},
        TEXT,
        {"new-ar": ["2027"], "new-manad": ["3"], "new-dag": ["27"]},
        "2027-03-27",
        "<bdi>27 mars 2027</bdi>",
    ),
]


def with_question(told: dict[str, Any], schema: dict[str, Any]) -> Definition:
    field = {"name": "new", "label": "Nytt", "required": True, "topic": "Nyheter", **told}
    published = {"id": "ny", "title": "Ny", "blocks": [], "fields": [field]}
    return definition_of(published, {"properties": {"new": schema}}, "sv", "Uppgifter")


@pytest.mark.parametrize(("told", "schema", "typed", "answer", "shown"), QUESTIONS, ids=lambda one: str(one)[:20])
def test_a_new_question_is_asked_and_answered(
    told: dict[str, Any], schema: dict[str, Any], typed: dict[str, list[str]], answer: Any, shown: str
):
    [step] = with_question(told, schema).steps
    [field] = step.fields
    [widget] = page_of(step.fields, {})

    assert (step.title, widget.label, list(missing(step.fields, {}))) == ("Nyheter", "Nytt", ["new"])
    assert parse(step.fields, typed).answers == {"new": answer}
    assert [str(line) for line in in_words(field, answer)] == [shown]
