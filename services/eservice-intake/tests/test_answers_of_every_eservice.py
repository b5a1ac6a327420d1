"""For every e-service: answers made from its definition are taken, and each rule that is broken is named, alone."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from eservice_intake.attachments.models import Attachment, StoredFile
from eservice_intake.catalogue.conditions import holds
from eservice_intake.catalogue.definitions import Comparison, FormField
from eservice_intake.catalogue.eservices import EService, Section, catalogue
from eservice_intake.catalogue.rules import GROUPS, attachment_ids, judged
from eservice_intake.catalogue.schema import Reader, schema_of
from shared.clock import day_in_sweden, now

Answers = dict[str, Any]
Broken = tuple[Answers, str, str]

EVERY_ESERVICE = pytest.mark.parametrize("eservice", catalogue().eservices.values(), ids=lambda eservice: eservice.id)
FEW = settings(
    max_examples=3,
    deadline=None,
    database=None,
    phases=[Phase.generate],  # shrinking these answers takes minutes and helps little
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture],
)
MORE = settings(FEW, max_examples=6)
ABSENT = "no_such_field"
READER = Reader("sv", ["application/pdf"], 10_000_000)


def field_of(kind: str, **rules: Any) -> FormField:
    return FormField(name="x", type=kind, sv="X", en="X", **rules)


def each_rule_broken(fields: Sequence[FormField], answers: Answers) -> Iterator[Broken]:
    """The answers with one rule broken, the path it is broken at and the code it should be called by."""
    yield {**answers, ABSENT: 1}, ABSENT, "unknown_field"
    for field in fields:
        shown = holds(field.show_if, answers) if field.show_if else True
        if field.computed:
            yield {**answers, field.name: 1}, field.name, "computed"
        elif not shown:
            yield {**answers, field.name: "x"}, field.name, "hidden"
        elif field.name in answers:
            if field.required and not (field.type == "postal_code" and answers.get("country", "SE") != "SE"):
                yield {name: answers[name] for name in answers if name != field.name}, field.name, "required"
            for wrong, path, code in wrong_answers(field, answers):
                yield {**answers, field.name: wrong}, ".".join(filter(None, [field.name, path])), code


def wrong_answers(field: FormField, answers: Answers) -> Iterator[tuple[Any, str, str]]:
    value = answers[field.name]
    yield None, "", "type"
    yield ("x" if not isinstance(value, str) else 17), "", "type"
    if field.is_list:
        yield from wrong_lists(field, value)
    elif field.type in GROUPS:
        yield from each_rule_broken(GROUPS[field.type], value)
    elif field.type in ("text", "textarea"):
        yield from wrong_texts(field)
    elif field.type in ("integer", "decimal"):
        yield from wrong_numbers(field, answers)
    elif field.type in ("date", "datetime"):
        yield from wrong_times(field, answers)
    elif field.type == "protected_identity":
        yield True, "", "protected_identity"
    elif field.type == "bool":
        if field.must_be is not None:
            yield not field.must_be, "", "must_be"
    elif field.type == "choice":
        yield "no_such_option", "", "option"
    else:
        yield "!", "", "format"
        if field.type in ("orgnr", "personnr"):
            yield value[:-1] + str((int(value[-1]) + 1) % 10), "", "check_digit"


def wrong_lists(field: FormField, value: list[Any]) -> Iterator[tuple[Any, str, str]]:
    if field.required:
        yield [], "", "min_count"
    yield ["x"] * (field.most + 1), "", "max_count"
    if not value:
        return
    if field.type == "repeat":
        yield [17, *value[1:]], "0", "type"
        for row, path, code in each_rule_broken(field.fields, value[0]):
            yield [row, *value[1:]], f"0.{path}", code
    else:
        yield [*value[:-1], "no_such"], str(len(value) - 1), "option" if field.options else "format"
        yield [value[0], value[0]], "1", "duplicate"


def wrong_texts(field: FormField) -> Iterator[tuple[Any, str, str]]:
    yield "å" * (field.shortest - 1), "", "min_length"
    yield " " * field.shortest, "", "min_length"
    yield "å" * (field.longest + 1), "", "max_length"
    yield "å" * field.shortest + "\0", "", "characters"
    yield "å" * field.shortest + "\ud800", "", "characters"
    if field.pattern:
        yield "å" * field.shortest, "", "pattern"


def wrong_numbers(field: FormField, answers: Answers) -> Iterator[tuple[Any, str, str]]:
    yield True, "", "type"
    yield float("nan"), "", "type"
    yield float("inf"), "", "type"
    if field.more_than is not None:
        yield field.more_than, "", "more_than"
    else:
        yield field.smallest - 1, "", "min"
    yield field.largest + 1, "", "max"
    if field.max_field:
        yield answers[field.max_field] + 1, "", "max_field"


def wrong_times(field: FormField, answers: Answers) -> Iterator[tuple[Any, str, str]]:
    yield "2026-13-45T09:00:00Z" if field.type == "datetime" else "2026-13-45", "", "format"
    yield "2026-05-01 09:00" if field.type == "datetime" else "1 maj", "", "format"
    tomorrow = (now() + timedelta(2)).isoformat()
    yesterday = (now() - timedelta(2)).isoformat()
    if field.max:
        yield tomorrow[: len(answers[field.name])] if field.type == "date" else tomorrow, "", "max"
    if field.min:
        yield yesterday[:10] if field.type == "date" else yesterday, "", "min"
    if field.after in answers and (not field.min or answers[field.after] >= day_in_sweden(now()).isoformat()):
        yield answers[field.after], "", "after"


def forced_by(conditions: Mapping[str, Any]) -> Answers:
    return {name: wanted.le if isinstance(wanted, Comparison) else wanted for name, wanted in conditions.items()}


SAYABLE = {
    "required",
    "hidden",
    "computed",
    "unknown_field",
    "option",
    "must_be",
    "protected_identity",
    "min_count",
    "pattern",
}
"""What a schema can say as well."""


def found_in(eservice: EService, answers: Answers) -> list[tuple[str, str]]:
    return [(violation.field, violation.code) for violation in judged(eservice, answers, now())[1]]


@EVERY_ESERVICE
@FEW
@given(data=st.data())
async def test_valid_answers_are_received(eservice, data, applications, client, database, resident):
    answers = data.draw(applications(eservice))
    async with database.transaction() as tx:
        for id_ in attachment_ids(eservice, answers).values():
            tx.add(StoredFile(id=id_, digest=str(id_), size=1))
            await tx.flush()
            tx.add(Attachment(id=id_, file_id=id_, filename="a.pdf", content_type="application/pdf", size=1))

    form = {"eservice": eservice.id, "language": "sv", "answers": answers}
    response = await client.post("/applications", json=form, headers=resident())

    assert response.status_code == 201, response.text
    assert response.json()["kind"] == eservice.kind_for(answers)
    assert response.json()["unit"] == eservice.unit_for(answers)


@EVERY_ESERVICE
@MORE
@given(data=st.data())
def test_each_broken_rule_is_named_alone(eservice, data, applications):
    answers = data.draw(applications(eservice))

    for broken, path, code in each_rule_broken(eservice.form, answers):
        assert found_in(eservice, broken) == [(path, code)], broken


@pytest.mark.parametrize(
    ("eservice", "number"),
    [(eservice, n) for eservice in catalogue().eservices.values() for n in range(len(eservice.refuse_if))],
    ids=lambda value: getattr(value, "id", value),
)
@FEW
@given(data=st.data())
def test_answers_that_belong_elsewhere_are_refused(eservice, number, data, well_formed_answers):
    refusal = eservice.refuse_if[number]
    answers = data.draw(well_formed_answers(eservice, forced_by(refusal.when)))

    found = judged(eservice, answers, now())[1]

    assert [(violation.field, violation.code, violation.message) for violation in found] == [
        (refusal.field, refusal.code, refusal.text)
    ]


@EVERY_ESERVICE
@FEW
@given(data=st.data())
def test_the_schema_takes_what_the_rules_take(eservice, data, applications):
    answers = data.draw(applications(eservice))

    Draft202012Validator(schema_of(catalogue(), eservice, READER)).validate(answers)


@EVERY_ESERVICE
@FEW
@given(data=st.data())
def test_the_schema_refuses_fields_that_are_missing_hidden_unknown_or_of_the_wrong_type(eservice, data, applications):
    answers = data.draw(applications(eservice))
    validator = Draft202012Validator(schema_of(catalogue(), eservice, READER))

    for broken, path, code in each_rule_broken(eservice.form, answers):
        if code in SAYABLE:
            assert not validator.is_valid(broken), (path, code)


@pytest.mark.parametrize(
    ("field", "ways"),
    [
        (
            field_of("phone"),
            ["+46 (0)70\u00a0123 45 67", "０７０-1234567", "\u202a+4722123456\u202c"],
        ),
        (field_of("orgnr"), ["556000–4615 ", "16556000-4615", "５５６０００-4615", "\ufeff5560004615"]),
        (field_of("personnr"), ["811228\u20119874", "811228+9874", " 19811228 9874"]),
        (field_of("property_designation"), [" Östersund\u00a0Odensala 4 : 12 ", "Lockne‑Byn S:4", "Kv 3:e Villan ５"]),
        (field_of("case_reference"), ["MH–2024–123 ", "2024/1", " MH 2024-1"]),
        (field_of("text", pattern="^[A-Z]{3}$", example="ABC"), [" ABC\u200b", "ABC\u00a0"]),
        (
            field_of("address"),
            [{"street": "Storgata 1", "postal_code": "N-7010", "city": "Røros", "country": "NO"}],
        ),
        (field_of("address"), [{"street": "Storgatan 1", "postal_code": "7010", "city": "Östersund"}]),
        (field_of("address"), [{"street": "1 Nathan Road", "city": "Hong Kong", "country": "HK"}]),
        (field_of("address"), [{"street": "Stig 1", "postal_code": "SE-831\u00a031", "city": "Ås", "country": "SE"}]),
        (field_of("integer"), [1.0, 1]),
    ],
)
def test_the_schema_takes_every_way_to_write_an_answer(field, ways):
    eservice = EService.model_construct(
        id="x", sv="X", en="X", sections=[Section(block=None, fields=[field])], refuse_if=[]
    )
    validator = Draft202012Validator(schema_of(catalogue(), eservice, READER))

    for written in ways:
        assert found_in(eservice, {"x": written}) == []
        assert list(validator.iter_errors({"x": written})) == []


@pytest.mark.parametrize(
    "address",
    [
        {"street": "Storgatan 1", "city": "Östersund"},
        {"street": "Storgatan 1", "city": "Östersund", "country": "SE"},
        {"street": "Storgatan 1", "postal_code": "7010", "city": "Östersund", "country": "SE"},
        {"street": "Storgatan 1", "postal_code": "7010", "city": "Östersund", "country": "XX"},
    ],
)
def test_the_schema_refuses_the_addresses_that_are_refused(address):
    eservice = EService.model_construct(
        id="x", sv="X", en="X", sections=[Section(block=None, fields=[field_of("address")])], refuse_if=[]
    )

    assert found_in(eservice, {"x": address})
    assert not Draft202012Validator(schema_of(catalogue(), eservice, READER)).is_valid({"x": address})


@EVERY_ESERVICE
@pytest.mark.parametrize("language", ["sv", "en"])
def test_the_schema_is_a_schema(eservice, language):
    Draft202012Validator.check_schema(schema_of(catalogue(), eservice, Reader(language, [], 1)))
