"""What every answer tells a browser, and what is kept of a page."""

import re

import httpx2
import pytest

from .visitors import Visitor

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)


@pytest.mark.parametrize("path", ["/", "/finns-inte", "/handlaggare", "/logga-in", "/oidc/svar", "/static/x.css"])
async def test_every_answer_says_what_a_page_may_do(visitor: Visitor, path: str):
    answer = await visitor.get(path)

    assert answer.headers["content-security-policy"] == POLICY
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "same-origin"
    assert answer.headers["cache-control"] == "no-store"


async def test_a_file_is_kept_for_a_year_under_an_address_of_its_own(visitor: Visitor):
    page = await visitor.get("/")

    addresses = set(re.findall(r'/static/[^"]+', page.text))
    assert addresses
    for address in addresses:
        answer = await visitor.get(address)
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert re.search(r"\.[0-9a-f]{12}\.\w+$", address)


async def test_a_public_page_has_no_script(visitor: Visitor):
    assert "<script" not in (await visitor.get("/")).text


async def test_the_cookie_of_a_session_is_for_no_script_and_no_other_site(visitor: Visitor):
    kept: list[str] = []

    async def note(answer: httpx2.Response) -> None:
        kept.extend(one for one in answer.headers.get_list("set-cookie") if one.startswith("staff="))

    visitor.http.event_hooks = {"response": [note]}
    await visitor.sign_in("maja berg")

    [cookie] = kept
    assert {"HttpOnly", "Path=/", "SameSite=lax"} <= set(cookie.split("; "))
    assert "Max-Age" not in cookie


async def test_an_error_has_a_number_and_whom_to_phone(visitor: Visitor):
    page = await visitor.get("/finns-inte")

    assert re.search(r"<bdi>[0-9A-F]{8}</bdi>", page.text)
    assert "0123-45 60 00" in page.text


async def test_head_is_answered_as_get_without_the_page(visitor: Visitor):
    answer = await visitor.http.head("/")

    assert (answer.status_code, answer.content) == (200, b"")


async def test_who_may_not_open_a_page_still_has_their_menu_and_is_told_whom_to_ask(visitor: Visitor):
    await visitor.sign_in("maja berg")

    answer = await visitor.get("/handlaggare/undersokningar")

    assert answer.status_code == 403
    assert "Vänd dig till den, eller till din chef" in answer.text
    assert '<a href="/handlaggare/inkorg">' in answer.text
