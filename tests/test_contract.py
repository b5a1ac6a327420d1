"""What the fixture `client` holds every answer to: the API's own document."""

from typing import Any

import httpx
import pytest

from housing.app import api
from testkit.contract import PROBLEM, Contract, Undocumented

LOCATION = {"Location": "/houses/1"}
LANGUAGE = {"Content-Language": "sv"}
RECEIPT = {"id": "019a1b2c-3d4e-7f50-8a6b-7c8d9e0f1a2b", "status": "submitted", "received_at": "2026-05-01T09:00:00Z"}
INVALID = {"type": "about:blank", "title": "x", "status": 422, "code": "Invalid", "detail": "x"}


def answer(
    status: int, body: Any, headers: dict[str, str], method: str = "POST", path: str = "/houses", kind: str = ""
) -> httpx.Response:
    kind = kind or ("application/json" if status < 400 else PROBLEM)
    request = httpx.Request(method, f"http://test{path}")
    return httpx.Response(status, json=body, headers={**headers, "Content-Type": kind}, request=request)


@pytest.fixture(scope="module")
def contract() -> Contract:
    return Contract(api.openapi())


@pytest.mark.parametrize(
    "documented",
    [
        answer(201, RECEIPT, LOCATION),
        answer(422, INVALID, LANGUAGE),
        answer(404, {**INVALID, "status": 404}, {}, path="/nowhere"),
        answer(405, {**INVALID, "status": 405}, {}, method="DELETE"),
        answer(200, {}, {}, path="/health/ready", method="GET"),
    ],
    ids=["success", "refusal", "unknown address", "wrong method", "beside the API"],
)
async def test_an_answer_as_documented_passes(contract, documented):
    await contract.check(documented)


@pytest.mark.parametrize(
    ("undocumented", "complaint"),
    [
        (answer(202, RECEIPT, LOCATION), "POST /houses 202: the status is not documented"),
        (answer(201, RECEIPT, {}), "the header Location is missing"),
        (answer(201, RECEIPT, LOCATION, kind="text/html"), "the content type text/html is not documented"),
        (answer(201, {**RECEIPT, "id": 7}, LOCATION), r"\$.id: 7 is not of type 'string'"),
        (answer(201, {**RECEIPT, "id": "seven"}, LOCATION), "'seven' is not a 'uuid'"),
        (answer(201, {"id": RECEIPT["id"]}, LOCATION), "'status' is a required property"),
        (answer(422, {**INVALID, "code": "Surprise"}, LANGUAGE), "the code Surprise is not documented"),
        (answer(422, INVALID, LANGUAGE, kind="application/json"), "the content type application/json"),
        (answer(200, {}, {}, path="/nowhere"), "POST /nowhere 200"),
    ],
)
async def test_an_answer_that_the_document_does_not_tell_of_fails_the_test(contract, undocumented, complaint):
    with pytest.raises(Undocumented, match=complaint):
        await contract.check(undocumented)
