"""Whoever has signed in reads their own case and takes its steps without the secret; nobody else does."""

import time
from uuid import uuid4

import pytest

from eservice_intake.app import api

from .applications import application
from .cases import COMPOST, DISCOVERY, secret_of, take
from .decisions import CONTENT
from .files import send_file
from .signatures import fill_in

NUMBER = "https://id.oidc.se/claim/personalIdentityNumber"
BO = {NUMBER: "197001012397", "name": "Bo Berg"}
OWN = [
    (method, path)
    for path, item in api.openapi()["paths"].items()
    for method, operation in item.items()
    if path.startswith("/applications/{reference}") and {"resident": []} in operation["security"]
]
FORMS = {
    "supplements": {"text": "Här är den.", "attachments": []},
    "messages": {"text": "Hur går det?"},
    "appeals": {"text": "Jag vill få det ändrat."},
    "replacement": {"attachment": str(uuid4())},
}


@pytest.fixture
def anna(staff):
    return staff("caseworker", "unit-head", subject="anna", name="Anna Ek", units=["avfall"])


@pytest.fixture
async def mine(client, resident):
    """The receipt of who sends in signed in."""
    answer = await client.post("/applications", json=application(COMPOST, "kompostering"), headers=resident())
    assert answer.status_code == 201, answer.text
    return answer.json()


async def ask(client, method, path, reference, headers):
    """The answer to one of the operations on one's own case."""
    address = path.format(reference=reference, attachment_id=uuid4())
    form = FORMS.get(path.rpartition("/")[2])
    return await client.request(method, address, json=form, headers=headers)


async def test_my_case_is_read_without_the_secret(client, mine, resident):
    [listed] = (await client.get("/my/cases", headers=resident())).json()["items"]
    status = (await client.get(f"/applications/{listed['reference']}", headers=resident())).json()
    with_secret = (await client.get(f"/applications/{listed['reference']}", headers=secret_of(mine))).json()

    assert status == with_secret
    assert status["progress"]["can"] == ["send_message", "withdraw", "replace_attachment"]


async def test_every_request_about_ones_own_case_takes_either():
    others = {"/applications/{reference}/signer"}  # of what awaits a signature, and is not a case

    assert {path for path in api.openapi()["paths"] if path.startswith("/applications/{reference}")} - others == {
        path for _, path in OWN
    }


@pytest.mark.parametrize(("method", "path"), OWN)
async def test_another_resident_gets_the_refusal_of_a_wrong_secret(client, mine, resident, method, path):
    of_bo = await ask(client, method, path, mine["reference"], resident(**BO))
    of_a_guess = await ask(client, method, path, mine["reference"], {"X-Application-Secret": "guessed"})
    of_nothing = await ask(client, method, path, "AAAA-BBBB", resident(**BO))

    assert (of_bo.status_code, of_bo.json()["code"]) == (404, "UnknownApplication")
    assert of_bo.json() == of_a_guess.json() == of_nothing.json()


async def test_a_wrong_secret_is_wrong_whoever_sends_it(client, mine, resident):
    headers = {**resident(), "X-Application-Secret": "guessed"}

    assert (await client.get(f"/applications/{mine['reference']}", headers=headers)).status_code == 404


async def test_a_case_is_taken_to_its_end_signed_in(client, mine, resident, anna):
    own, me = f"/applications/{mine['reference']}", resident()
    due = {"wanted": "En karta.", "due_on": "2030-03-15"}

    asked = await take(client, anna, mine, "supplement-requests", due)
    sent = await client.post(f"{own}/supplements", json={"text": "Här.", "attachments": []}, headers=me)
    written = await client.post(f"{own}/messages", json={"text": "Tack!"}, headers=me)
    decided = await take(client, anna, mine, "decisions", {"decision": CONTENT})
    read = await client.get(f"{own}/decision", headers=me)
    served = await client.post(f"{own}/decision/receipt", headers=me)

    answers = (asked, sent, written, decided, read, served)
    assert [answer.status_code for answer in answers] == [200] * 6, [answer.text for answer in answers]


async def test_what_i_sent_in_is_withdrawn_signed_in(client, mine, resident):
    withdrawn = await client.post(f"/applications/{mine['reference']}/withdrawal", headers=resident())

    assert withdrawn.json()["status"] == "withdrawn"


async def test_a_number_that_somebody_wrote_opens_nothing_to_its_owner(client, resident):
    answers = {**DISCOVERY, "applicant_personnr": "198112189876", "map": await send_file(client)}
    receipt = (await client.post("/applications", json=application(answers, "fororening-upplysning"))).json()

    assert (await client.get(f"/applications/{receipt['reference']}", headers=resident())).status_code == 404


async def test_who_filled_it_in_for_somebody_else_opens_it_with_their_secret_alone(client, contractor, link):
    receipt = await fill_in(client)
    address, secret = await link(receipt)
    await client.post(f"{address}/signature", headers=secret)

    signed_in = await client.get(f"/applications/{receipt['reference']}")
    with_secret = await client.get(f"/applications/{receipt['reference']}", headers=secret_of(receipt))

    assert (signed_in.status_code, with_secret.status_code) == (404, 200)
    assert (await client.get("/my/cases")).json()["items"] == []


@pytest.mark.parametrize(
    ("claims", "code"),
    [
        ({"exp": int(time.time()) - 60}, "SignInFirst"),
        ({"aud": "kommunbuss"}, "SignInFirst"),
        ({"acr": "http://id.elegnamnden.se/loa/1.0/loa2"}, "SignInWeak"),
    ],
)
async def test_a_sign_in_that_does_not_hold_is_told_so(client, mine, resident, claims, code):
    answer = await client.get(f"/applications/{mine['reference']}", headers=resident(**claims))

    assert (answer.status_code, answer.json()["code"]) == (401, code)


async def test_the_answer_to_a_repeated_step_needs_the_sign_in_too(client, mine, resident):
    own, key = f"/applications/{mine['reference']}/messages", {"Idempotency-Key": str(uuid4())}
    form = FORMS["messages"]
    await client.post(own, json=form, headers={**key, **resident()})

    again = await client.post(own, json=form, headers={**key, **resident()})
    ended = await client.post(own, json=form, headers={**key, **resident(exp=int(time.time()) - 60)})

    assert (again.headers["Idempotency-Replayed"], ended.status_code) == ("true", 401)
