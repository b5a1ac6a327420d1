"""What docs/frontend.md shows a frontend to do, done as it stands against running APIs."""

import contextlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from jsonschema import Draft202012Validator

from deploy.procfile import ISSUER
from housing.app import api as housing
from shared.errors import DomainError, Unavailable
from tests.system import System, prepared
from web.idempotency import StillInProgress
from web.problems import MaybeSaved

PAGE = Path(__file__).parents[1] / "docs/frontend.md"
BLOCKS = re.findall(r"^```python\n(.*?)^```$", PAGE.read_text(), re.MULTILINE | re.DOTALL)
RUNNING = ("eservice-intake-api", "housing-api", ISSUER)
SITE = "https://www.example.se"
CHANGES_A_MINUTE = 25


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """APIs that a browser may call from SITE, and that believe a server on this machine about residents' addresses."""
    settings = {"CORS_ORIGINS": SITE, "FORWARDED_ALLOW_IPS": "127.0.0.1", "RATE_LIMIT": f"{CHANGES_A_MINUTE}/minute"}
    with prepared(tmp_path_factory.mktemp("frontend"), **settings) as system:
        system.start(*RUNNING)
        system.wait_until_ready(*RUNNING)
        yield system


@pytest.fixture(scope="module")
def page(system: System) -> Iterator[dict[str, Any]]:
    """What the page's code has come to, its blocks run in order."""
    names: dict[str, Any] = {}
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("INTAKE_URL", system.apis.intake)
        environment.setenv("RESIDENT_TOKEN", system.resident()["Authorization"].removeprefix("Bearer "))
        exec(BLOCKS[0], names)
        with contextlib.closing(names["http"]):
            for block in BLOCKS[1:]:
                exec(block, names)
            yield names


class LosesTheFirstAnswer(httpx.HTTPTransport):
    """Delivers the first request, and loses the connection before its answer."""

    has_lost = False

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        answer = super().handle_request(request)
        if self.has_lost:
            return answer
        self.has_lost = True
        answer.close()
        raise httpx.ReadError("lost")


class RefusesFirst(httpx.HTTPTransport):
    """Answers the first request with an error of the API's, and lets the others through."""

    def __init__(self, error: DomainError) -> None:
        super().__init__()
        self.error: DomainError | None = error

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        error, self.error = self.error, None
        if error is None:
            return super().handle_request(request)
        return httpx.Response(error.status, json={"code": error.code}, headers=error.headers)


def resident(address: str) -> dict[str, str]:
    return {"X-Forwarded-For": address}


def without_diary(form: dict[str, Any]) -> dict[str, Any]:
    """The form again; a file is used once."""
    return {**form, "answers": {name: answer for name, answer in form["answers"].items() if name != "diary"}}


def test_the_form_is_shown_in_the_callers_language(page):
    assert page["eservice"]["title"] == "Complaint about a nuisance to human health or the environment"
    assert page["schema"]["properties"]["nuisance"]["title"] == "What disturbs you?"
    assert page["schema"]["properties"]["diary"]["type"] == "array"
    assert page["schema"]["properties"]["diary"]["x-type"] == "file"


def test_the_schema_accepts_what_the_api_does(page):
    Draft202012Validator(page["schema"]).validate(page["answers"])


def test_errors_are_shown_by_field_in_words(page):
    assert page["refused"].status_code == 422
    assert page["refused"].headers["Content-Type"] == "application/problem+json"
    assert page["problem"]["title"] == "The data is not right"
    assert page["errors"].keys() >= {"nuisance", "place", "description", "frequency"}
    assert page["errors"]["nuisance"].startswith("Choose one of")
    assert {violation["code"] for violation in page["problem"]["violations"]} == {"option", "required"}


def test_a_draft_is_resumed_with_what_is_wrong_so_far(page):
    assert page["resumed"]["answers"] == page["begun"]["answers"]
    assert [violation["field"] for violation in page["saved"]["violations"]] == ["description"]


def test_a_form_sent_again_with_its_key_is_saved_once(page):
    assert page["again"].headers["Idempotency-Replayed"] == "true"
    assert page["again"].json() == page["receipt"]


def test_a_key_whose_form_was_refused_takes_the_mended_one(page):
    send, form = page["send"], without_diary(page["form"])

    refused = send(page["http"], page["wrong"], "mended")
    mended = send(page["http"], form, "mended")
    other = send(page["http"], {**form, "language": "sv"}, "mended")

    assert (refused.status_code, mended.status_code) == (422, 201)
    assert (other.status_code, other.json()["code"]) == (422, "KeyReused")


def test_a_form_whose_answer_was_lost_is_sent_again_and_saved_once(page, system):
    waits: list[float] = []
    with httpx.Client(base_url=system.apis.intake, transport=LosesTheFirstAnswer()) as http:
        answer = page["send"](http, without_diary(page["form"]), "lost", waits.append)

    assert (answer.status_code, answer.headers["Idempotency-Replayed"], waits) == (201, "true", [1])


@pytest.mark.parametrize(
    ("error", "seconds"),
    [(Unavailable(), 5), (MaybeSaved(), 5), (StillInProgress(), 1)],
    ids=["unavailable", "maybe saved", "in progress"],
)
def test_a_form_is_sent_again_when_the_answer_says(page, system, error, seconds):
    waits: list[float] = []
    with httpx.Client(base_url=system.apis.intake, transport=RefusesFirst(error)) as http:
        answer = page["send"](http, without_diary(page["form"]), error.code, waits.append)

    assert (answer.status_code, waits) == (201, [seconds])


def test_who_has_signed_in_sees_their_cases_and_who_has_not_is_asked_to(page):
    assert page["mine"] == []
    assert (page["unknown"].status_code, page["unknown"].json()["code"]) == (401, "SignInFirst")


def test_the_status_is_shown_to_who_has_the_secret(page):
    assert page["status"]["reference"] == page["receipt"]["reference"]
    assert page["status"]["status"] == "received"
    assert (page["stranger"].status_code, page["stranger"].json()["code"]) == (404, "UnknownApplication")


@pytest.fixture
def app() -> FastAPI:
    return housing


def test_a_list_is_read_page_by_page(page, system, example):
    officer = system.token("housing-officer")
    with httpx.Client(base_url=system.apis.housing) as http:
        offered = [http.post("/houses", json=example("/houses")).raise_for_status().json()["id"] for _ in range(3)]
        for house_id in offered:
            http.post(f"/houses/{house_id}/publication", headers=officer).raise_for_status()

        found = [house["id"] for house in page["every"](http, "/houses", limit=2)]

    assert sorted(found) == sorted(offered)
    assert page["titles"]["klagomal-olagenhet"] == page["eservice"]["title"]


def test_head_is_answered_and_etag_is_not_promised(page):
    head = page["http"].head("/eservices")

    assert head.status_code == 200
    assert "ETag" not in head.headers


def test_a_page_of_a_named_origin_may_call(page):
    asked = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "idempotency-key"}

    allowed = page["http"].options("/applications", headers={"Origin": SITE, **asked})
    refused = page["http"].options("/applications", headers={"Origin": "https://other.example", **asked})

    assert (allowed.status_code, allowed.headers["Access-Control-Allow-Origin"]) == (200, SITE)
    assert "Access-Control-Allow-Origin" not in refused.headers


def test_a_resident_whose_address_is_sent_on_has_a_rate_limit_of_their_own(page):
    assert page["sent_on"].status_code == 201

    for _ in range(CHANGES_A_MINUTE):
        page["http"].post("/applications", json={}, headers=resident("192.0.2.18"))
    busy = page["http"].post("/applications", json={}, headers=resident("192.0.2.18"))
    other = page["http"].post("/applications", json={}, headers=resident("192.0.2.19"))

    assert (busy.status_code, busy.json()["code"], busy.headers["Retry-After"]) == (429, "TooManyRequests", "60")
    assert other.status_code == 422
