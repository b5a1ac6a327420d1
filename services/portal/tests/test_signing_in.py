import re
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from sqlmodel import select

from portal.models import SignedIn
from shared.database import Database
from tests.system import System

from .visitors import Visitor


async def test_staff_come_back_to_the_page_they_wanted(visitor: Visitor):
    asked = await visitor.get("/handlaggare/installningar")
    assert asked.status_code == 303

    there = await visitor.sign_in("maja berg", "/handlaggare/installningar")

    assert there.url.path == "/handlaggare/installningar"
    assert "Maja Berg" in there.text


async def test_the_code_is_asked_for_with_pkce(visitor: Visitor):
    left = await visitor.get("/logga-in")

    query = parse_qs(urlsplit(left.headers["location"]).query)
    assert query["code_challenge_method"] == ["S256"]
    assert query["response_type"] == ["code"]
    assert query["nonce"]


@pytest.mark.parametrize("state", ["", "?state=forged&code=x", "?error=access_denied&state=forged"])
async def test_an_answer_that_nobody_asked_for_is_a_page_that_says_so(visitor: Visitor, state: str):
    answer = await visitor.get(f"/oidc/svar{state}")

    assert answer.status_code == 400
    assert "Inloggningen blev inte klar" in answer.text


@pytest.mark.parametrize("to", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"])
async def test_sign_in_leads_to_no_other_site(visitor: Visitor, to: str):
    there = await visitor.sign_in("karin ek", to)

    assert str(there.url).startswith(visitor.portal)


async def test_a_new_sign_in_has_a_new_id_and_the_old_one_opens_nothing(visitor: Visitor, portal: str):
    await visitor.sign_in("maja berg")
    before = visitor.http.cookies["staff"]

    await visitor.sign_in("maja berg")

    assert visitor.http.cookies["staff"] != before
    old = Visitor(portal)
    old.http.cookies["staff"] = before
    assert (await old.get("/handlaggare/installningar")).status_code == 303


async def test_who_signs_out_is_out_whatever_the_browser_kept(visitor: Visitor, portal: str):
    await visitor.sign_in("maja berg")
    kept = visitor.http.cookies["staff"]

    await visitor.post("/handlaggare/logga-ut")

    again = Visitor(portal)
    again.http.cookies["staff"] = kept
    assert (await again.get("/handlaggare/installningar")).status_code == 303


async def test_one_may_sign_out_of_another_browser(visitor: Visitor, portal: str):
    other = Visitor(portal)
    await other.sign_in("rita norén")
    there = await visitor.sign_in("rita norén", "/handlaggare/installningar")

    ends = re.findall(r'action="([^"]+/avsluta)"', there.text)
    assert ends
    for end in ends:
        assert (await visitor.post(end)).status_code == 303

    assert (await other.get("/handlaggare/installningar")).status_code == 303
    assert (await visitor.get("/handlaggare/installningar")).status_code == 200


async def test_a_resident_is_not_staff(visitor: Visitor):
    await visitor.sign_in("karin ek")

    assert (await visitor.get("/handlaggare/installningar")).status_code == 303


async def test_what_was_typed_when_a_session_had_ended_is_kept(visitor: Visitor):
    answer = await visitor.post("/handlaggare/installningar/farger", {"farger": "dark", "text": "ett & <två>"})

    assert answer.status_code == 401
    assert "ett &amp; &lt;två&gt;" in answer.text


async def test_what_another_site_sends_is_refused(visitor: Visitor):
    await visitor.sign_in("maja berg")

    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}):
        answer = await visitor.post("/handlaggare/installningar/farger", {"farger": "dark"}, headers=headers)
        assert answer.status_code == 403


@pytest.mark.parametrize("origin", [None, "null", "http://127.0.0.1:1", "https://evil.example"])
async def test_an_old_browser_is_known_by_its_origin(portal: str, origin: str | None):
    headers = {"Origin": origin} if origin else {}
    async with httpx2.AsyncClient(base_url=portal) as http:
        refused = await http.post("/logga-ut", headers=headers)
        let_through = await http.post("/logga-ut", headers={"Origin": portal})

    assert (refused.status_code, let_through.status_code) == (403, 303)


async def test_the_table_of_sessions_opens_nothing_by_itself(visitor: Visitor, system: System):
    await visitor.sign_in("rita norén")
    cookie = visitor.http.cookies["staff"]

    database = Database(system.settings("portal"))
    async with database.reading() as session:
        rows = (await session.exec(select(SignedIn))).all()
    await database.close()
    kept = b"".join([row.digest + row.sealed + str(row).encode() for row in rows])

    assert rows
    assert cookie.encode() not in kept
    assert b"Rita N" not in kept
    assert b"eyJhbGci" not in kept
