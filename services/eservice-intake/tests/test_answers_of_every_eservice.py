"""For every e-service: answers made from its definition are taken, and each rule that is broken is named, alone."""

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eservice_intake.catalogue.definitions import Comparison
from eservice_intake.catalogue.eservices import catalogue
from eservice_intake.catalogue.rules import judged
from shared.clock import now

from .broken_rules import Answers, each_rule_broken
from .every_eservice import EVERY_ESERVICE, FEW, found_in, keep_what_is_named

MORE = settings(FEW, max_examples=6)


def forced_by(conditions: Mapping[str, Any]) -> Answers:
    return {name: wanted.le if isinstance(wanted, Comparison) else wanted for name, wanted in conditions.items()}


@EVERY_ESERVICE
@FEW
@given(data=st.data())
async def test_valid_answers_are_received(eservice, data, applications, client, database, resident):
    answers = data.draw(applications(eservice))
    await keep_what_is_named(database, eservice, answers)

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
