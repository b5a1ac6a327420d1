"""The JSON Schema of an e-service says what its rules say."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from eservice_intake.catalogue.definitions import FormField
from eservice_intake.catalogue.eservices import EService, Section, catalogue
from eservice_intake.catalogue.schema import Reader, schema_of

from .broken_rules import each_rule_broken
from .every_eservice import EVERY_ESERVICE, FEW, found_in

READER = Reader("sv", ["application/pdf"], 10_000_000)


def field_of(kind: str, **rules: Any) -> FormField:
    return FormField(name="x", type=kind, sv="X", en="X", **rules)


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


@pytest.mark.parametrize(
    ("answers", "is_taken"),
    [
        ({"orgnr": "556000-4615"}, True),
        ({"abroad": {"country": "FI", "number": "1234567-8"}}, True),
        ({}, False),
        ({"abroad": {"country": "FI", "number": "--"}}, False),
    ],
    ids=["in Sweden", "abroad", "neither", "abroad without a letter or digit"],
)
def test_the_schema_takes_a_number_in_sweden_or_abroad_and_one_of_them(answers, is_taken):
    fields = [
        FormField(name="orgnr", type="orgnr", required=True, sv="X", en="X"),
        FormField(name="abroad", type="foreign_company", instead_of="orgnr", sv="X", en="X"),
    ]
    eservice = EService.model_construct(
        id="x", sv="X", en="X", sections=[Section(block=None, fields=fields)], refuse_if=[]
    )

    assert Draft202012Validator(schema_of(catalogue(), eservice, READER)).is_valid(answers) == is_taken
    assert (found_in(eservice, answers) == []) == is_taken


@EVERY_ESERVICE
@pytest.mark.parametrize("language", ["sv", "en"])
def test_the_schema_is_a_schema(eservice, language):
    Draft202012Validator.check_schema(schema_of(catalogue(), eservice, Reader(language, [], 1)))
