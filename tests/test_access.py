"""Who may call what: every operation of every API, by its OpenAPI document and by asking."""

import re
from typing import Any
from uuid import UUID

import httpx
import pytest
from fastapi import FastAPI

from eservice_intake.app import api as intake
from housing.app import api as housing
from notifications.app import api as notifications
from notifications.rules.routing import queues
from permit_guide.app import api as permit_guide
from recruitment.app import api as recruitment
from testkit.issuer import UNITS

ANYBODY = {
    "GET /surveys",
    "GET /surveys/{round_id}",
    "GET /eservices",
    "GET /open-data",
    "GET /open-data/eservices",
    "GET /eservices/{eservice_id}",
    "GET /eservices/{eservice_id}/redress",
    "GET /eservices/{eservice_id}/schema",
    "POST /attachments",
    "POST /applications",
    "GET /applications/{reference}",
    "GET /applications/{reference}/copy",
    "GET /applications/{reference}/decision",
    "GET /applications/{reference}/decision/pdf",
    "POST /applications/{reference}/decision/receipt",
    "POST /applications/{reference}/appeals",
    "GET /applications/{reference}/attachments",
    "GET /applications/{reference}/attachments/{attachment_id}",
    "POST /applications/{reference}/attachments/{attachment_id}/replacement",
    "POST /applications/{reference}/signer",
    "POST /applications/{reference}/supplements",
    "POST /applications/{reference}/messages",
    "POST /applications/{reference}/withdrawal",
    "POST /applications/{reference}/feedback",
    "GET /signatures/{signature_id}",
    "GET /signatures/{signature_id}/attachments/{attachment_id}",
    "POST /signatures/{signature_id}/signature",
    "POST /signatures/{signature_id}/refusal",
    "POST /drafts",
    "PUT /drafts/{draft_id}",
    "GET /drafts/{draft_id}",
    "DELETE /drafts/{draft_id}",
    "POST /drafts/{draft_id}/submission",
    "GET /slots",
    "GET /slots/{slot_id}",
    "POST /slots/{slot_id}/move",
    "POST /slots/{slot_id}/cancellation",
    "GET /applications/{reference}/booking",
    "POST /applications/{reference}/booking",
    "POST /applications/{reference}/booking/cancellation",
    "GET /referrals/{referral_id}",
    "GET /referrals/{referral_id}/attachments/{attachment_id}",
    "POST /referrals/{referral_id}/opinion",
    "GET /registrations/{registration_id}",
    "POST /registrations/{registration_id}/cancellation",
    "POST /eservices/{eservice_id}/fee",
    "GET /decision-parties/{party_id}",
    "POST /decision-parties/{party_id}/receipt",
    "POST /decision-parties/{party_id}/appeals",
    "POST /houses",
    "GET /houses",
    "GET /houses/{house_id}",
    "POST /houses/{house_id}/interests",
    "POST /ads",
    "GET /ads",
    "GET /ads/{ad_id}",
    "GET /recruitment/shortage-list",
    "GET /events",
    "GET /events/{event_id}",
    "POST /events/{event_id}/registrations",
    "GET /permit-guide",
    "GET /permit-guide/search",
    "GET /permit-guide/graph",
    "GET /permit-guide/result",
    "GET /lookups",
    "GET /lookups/company/{number}",
    "GET /lookups/addresses",
    "GET /lookups/property/{designation}",
    "GET /lookups/areas",
}
"""What asks for no token. A new operation without one is a decision: add it here."""
RESIDENTS = {"GET /my/cases"}
"""What asks for the token of somebody who has signed in with an e-identification."""

OPERATIONS: list[tuple[FastAPI, str, str, dict[str, Any]]] = [
    (app, method.upper(), path, operation)
    for app in (intake, housing, notifications, permit_guide, recruitment)
    for path, item in app.openapi()["paths"].items()
    for method, operation in item.items()
]


def schemes(operation: dict[str, Any]) -> set[str]:
    """How one may sign in for it; `nobody` where one need not."""
    return {name for one in operation["security"] or [{}] for name in one or ["nobody"]}


STAFF = [one for one in OPERATIONS if "openId" in schemes(one[3])]
every_staff_operation = pytest.mark.parametrize(
    ("app", "method", "path", "operation"),
    STAFF,
    ids=[f"{app.title} {method} {path}" for app, method, path, _ in STAFF],
)


def roles_for(operation: dict[str, Any]) -> list[str]:
    [roles] = operation["security"][0].values()
    return list(roles)


def address(path: str) -> str:
    """The path to a thing that does not exist."""
    return re.sub(r"\{\w+\}", str(UUID(int=1)), path)


def test_only_what_is_meant_for_anybody_asks_for_no_token():
    found = [(f"{method} {path}", schemes(operation)) for _, method, path, operation in OPERATIONS]

    assert {name for name, ways in found if "nobody" in ways} == ANYBODY
    assert {name for name, ways in found if ways == {"resident"}} == RESIDENTS


@every_staff_operation
async def test_without_a_token_nobody_gets_in(
    method: str, path: str, operation: dict[str, Any], client: httpx.AsyncClient
):
    response = await client.request(method, address(path))

    assert response.status_code == 401


@every_staff_operation
async def test_no_key_is_looked_at_before_who_sends_it(
    method: str, path: str, operation: dict[str, Any], client: httpx.AsyncClient
):
    response = await client.request(method, address(path), headers={"Idempotency-Key": "x" * 256})

    assert response.status_code == 401


@every_staff_operation
async def test_the_roles_of_others_do_not_open_it(
    method: str, path: str, operation: dict[str, Any], client: httpx.AsyncClient, staff
):
    everybody = {"caseworker", "housing-officer", "recruitment-officer", "contact-reader", "administrator", "admin"}
    others = everybody - set(roles_for(operation))

    response = await client.request(method, address(path), headers=staff(*others))

    assert response.status_code == 403


@every_staff_operation
async def test_the_administrator_is_let_in_everywhere_and_is_of_every_unit(
    method: str, path: str, operation: dict[str, Any], client: httpx.AsyncClient, staff
):
    response = await client.request(method, address(path), headers=staff("administrator", units=None))

    assert response.status_code not in (401, 403)


OF_UNITS = [one for one in STAFF if one[0] in (housing, recruitment) and roles_for(one[3]) != ["administrator"]]


@pytest.mark.parametrize("unit", [None, "avfall"])
@pytest.mark.parametrize(
    ("app", "method", "path", "operation"), OF_UNITS, ids=[f"{method} {path}" for _, method, path, _ in OF_UNITS]
)
async def test_moderation_is_for_those_of_the_unit(
    method: str, path: str, operation: dict[str, Any], client: httpx.AsyncClient, staff, unit
):
    officer = staff(*set(roles_for(operation)) - {"administrator"}, units=unit and [unit])

    response = await client.request(method, address(path), headers=officer)

    assert (response.status_code, response.json()["code"]) == (403, "NotYourUnit")


def test_the_tests_tokens_are_of_every_unit_there_is():
    assert set(UNITS) == set(queues())


@every_staff_operation
async def test_each_role_that_the_document_names_opens_it(
    method: str, path: str, operation: dict[str, Any], client: httpx.AsyncClient, staff
):
    [roles] = operation["security"][0].values()

    for role in roles:
        response = await client.request(method, address(path), headers=staff(role))

        assert response.status_code not in (401, 403)
