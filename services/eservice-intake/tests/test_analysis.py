"""What a form can never be is told before it is published."""

import pytest

from definitions.source import Source
from eservice_intake.catalogue.conditions import holds
from eservice_intake.catalogue.eservices import ESERVICES
from eservice_intake.catalogue.trials import EServiceTrials

START = """id: prov
sv: Prov
en: Trial
summary: {sv: För alla., en: For all.}
minutes: 5
kind: klagomal
unit: halsoskydd
legal_basis: [{sv: 9 kap. 3 § miljöbalken, en: Chapter 9}]
fee: {kind: none, sv: Ingen., en: None.}
login: none
receipt_to: mail
blocks: []
fields:
  - {name: mail, type: email, sv: Mejl, en: Mail}
  - name: what
    type: choice
    required: true
    sv: Vad?
    en: What?
    options: [{value: noise, sv: Buller, en: Noise}, {value: smell, sv: Lukt, en: Smell}]
  - {name: hours, type: integer, min: 1, max: 24, required: true, sv: Timmar, en: Hours, show_if: {what: noise}}
"""


def field(show_if, name="more"):
    return START + f"  - {{name: {name}, type: text, sv: Mer, en: More, show_if: {show_if}}}\n"


def found(text):
    source = Source(text)
    return dict(EServiceTrials().problems(ESERVICES.read(source), source))


@pytest.mark.parametrize("name", ESERVICES.seeds())
def test_nothing_in_the_package_is_in_vain(name):
    assert found(ESERVICES.seeds()[name]) == {}


@pytest.mark.parametrize(
    "never",
    [
        "{what: smell, hours: 3}",
        "{hours: {gt: 24}}",
        "{hours: {gt: 3, lt: 4}}",
        "{hours: 0}",
    ],
)
def test_a_condition_that_no_answers_meet_is_told(never):
    [(place, what)] = found(field(never)).items()

    assert place == "fields.3.show_if (more)"
    assert what.startswith("can never hold")


@pytest.mark.parametrize("always", ["{what: [noise, smell]}"])
def test_a_condition_that_all_answers_meet_is_told(always):
    assert "always holds" in found(field(always))["fields.3.show_if (more)"]


@pytest.mark.parametrize(
    "sometimes",
    [
        "{what: smell}",
        "{hours: {ge: 24}}",
        "{hours: {gt: 3, lt: 5}}",
        "{what: noise, hours: {le: 1}}",
        "{mail: a@b.se}",
    ],
)
def test_a_condition_that_some_answers_meet_is_left_alone(sometimes):
    assert found(field(sometimes)) == {}


def test_a_question_on_a_question_that_is_never_asked_is_told():
    unasked = field("{what: smell, hours: 3}", name="unasked")
    text = unasked + "  - {name: more, type: text, sv: Mer, en: More, show_if: {unasked: x}}\n"

    assert set(found(text)) == {"fields.3.show_if (unasked)", "fields.4.show_if (more)"}


def test_a_refusal_that_never_applies_is_told():
    refusal = "refuse_if:\n  - {when: {hours: {lt: 1}}, field: hours, code: no_notice_needed, sv: Nej., en: No.}\n"

    assert set(found(START + refusal)) == {"refuse_if.0.when"}


def test_a_case_that_an_earlier_one_has_taken_is_told():
    cases = "unit_by_field: {field: what, cases: {livsmedel: [noise], halsoskydd: [noise, smell]}}\n"

    assert set(found(cases + START)) == {"unit_by_field.cases"}


def test_a_condition_is_judged_as_answers_are():
    condition = ESERVICES.read(Source(field("{hours: {gt: 3}}"))).form[-1].show_if

    assert (holds(condition, {"hours": 4}), holds(condition, {"hours": 3})) == (True, False)
