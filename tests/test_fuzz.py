"""What `make fuzz` makes of a report: whatever went wrong is a failure."""

from typing import Any

import pytest

from deploy.fuzz import NOBODY, RESIDENT, details_in, outcome_of, roles_for
from deploy.processes import Ended

SAID = """Schemathesis v4
=================================== FAILURES ===================================
____________________________ GET /houses _____________________________
    curl -X GET http://127.0.0.1:1/houses
=================================== SUMMARY ====================================
Seed: 7
"""
FAILURE = {"title": "Server error", "count": 2, "operations": ["GET /houses"]}
ERROR = {"title": "Network Error", "count": 1}


def report(**differs: object) -> dict[str, Any]:
    fine = {
        "failures": [],
        "errors": [],
        "operations": {"tested": 6, "total": 6},
        "exit_code": 0,
        "stop_reason": "max_time",
        "test_cases": {"generated": 883},
    }
    return {**fine, **differs}


def document(*roles: str) -> dict[str, Any]:
    get = {"security": [{"openId": list(roles)}] if roles else []}
    return {"info": {"title": "A document"}, "paths": {"/houses": {"get": get}}}


def test_a_run_without_failures_counts_its_cases():
    outcome = outcome_of(report(), SAID)

    assert (outcome.cases, outcome.failures, outcome.details) == (883, [], "")


def test_a_failure_is_told_with_what_was_sent():
    outcome = outcome_of(report(failures=[FAILURE], exit_code=1), SAID)

    assert outcome.failures == ["2 × Server error: GET /houses"]
    assert "curl -X GET http://127.0.0.1:1/houses" in outcome.details
    assert "Seed" not in outcome.details


@pytest.mark.parametrize(
    "differs",
    [
        {"errors": [ERROR]},
        {"operations": {"tested": 5, "total": 6}},
        {"operations": None},
        {"exit_code": 1, "stop_reason": "server_unavailable"},
    ],
    ids=["an error", "an operation not tried", "no operation", "a server that is gone"],
)
def test_whatever_else_went_wrong_is_a_failure(differs):
    assert outcome_of(report(**differs), SAID).failures


def test_only_failures_and_errors_are_shown():
    assert details_in(SAID.replace("FAILURES", "WARNINGS")) == ""


def test_nobody_the_roles_of_the_document_and_a_stranger_to_it_are_tried():
    assert roles_for(document("caseworker")) == [NOBODY, "caseworker", "administrator"]
    assert roles_for(document()) == [NOBODY, "administrator"]


def test_a_resident_is_tried_where_residents_sign_in():
    for_residents = {"paths": {"/my/cases": {"get": {"security": [{"resident": []}]}}}}

    assert roles_for(for_residents) == [NOBODY, RESIDENT, "administrator"]


def test_a_role_that_nobody_tries_is_told():
    with pytest.raises(Ended, match="archivist"):
        roles_for(document("archivist"))
