"""What `make fuzz` makes of a report: whatever went wrong is a failure."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from deploy import fuzz
from deploy.fuzz import NOBODY, RESIDENT, Run, details_in, outcome_of, perform, roles_for
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


# Stands in for schemathesis, which tries two operations a second.
SLOW = """#!{python}
import json, pathlib, sys
given = dict(zip(sys.argv, sys.argv[1:]))
report = json.loads({report!r})
report["operations"]["tested"] = min(6, 2 * int(given["--max-time"]))
pathlib.Path(given["--report-json-path"]).write_text(json.dumps(report))
"""


@pytest.mark.parametrize(("seconds", "failures"), [(3, 0), (1, 0), (0, 1)])
def test_more_time_is_given_once_when_not_every_operation_was_tried(tmp_path, monkeypatch, seconds, failures):
    slow = tmp_path / "st"
    slow.write_text(SLOW.format(python=sys.executable, report=json.dumps(report())))
    slow.chmod(0o755)
    monkeypatch.setattr(fuzz, "SCHEMATHESIS", slow)

    outcome = perform(Run("housing", Path("housing.json"), "http://127.0.0.1:1", NOBODY, 6), None, tmp_path, seconds, 7)

    assert len(outcome.failures) == failures


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
