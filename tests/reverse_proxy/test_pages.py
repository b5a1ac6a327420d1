"""The reverse proxy: the portal behind it, and the pages in its place."""

import re
from html import unescape
from pathlib import Path
from urllib.parse import urljoin

import httpx
import pytest

from tests.proxy import Services, running

pytestmark = pytest.mark.nginx

READ_BY_THE_PORTAL = (
    "Accept",
    "Accept-Encoding",
    "Accept-Language",
    "Content-Type",
    "Cookie",
    "HX-Current-URL",
    "HX-Request",
    "Last-Event-ID",
    "Origin",
    "Sec-Fetch-Dest",
    "Sec-Fetch-Mode",
    "Sec-Fetch-Site",
    "Sec-Fetch-User",
    "User-Agent",
)
STREAM = "/handlaggare/inkorg/strom"
PORTAL = Path(__file__).parents[2] / "services/portal/src/portal"


def test_what_the_portals_code_asks_of_a_request_is_among_it():
    code = "".join(path.read_text() for path in PORTAL.rglob("*.py") if path.parent.name != "clients")
    asked = re.findall(r'headers\.get\("([a-z-]+)"|"([a-z-]+)" in (?:page\.)?request\.headers\b(?!\.)', code)

    assert {"".join(names) for names in asked} >= {"hx-request", "hx-current-url", "origin"}
    assert {"".join(names) for names in asked} <= {name.lower() for name in READ_BY_THE_PORTAL}


def test_all_that_the_portal_reads_reaches_it_and_nothing_else(client, services):
    sent = {name: f"value of {name}" for name in READ_BY_THE_PORTAL}

    client.post(
        "/logga-ut", content=b"{}", headers={**sent, "Authorization": "Bearer x", "X-Forwarded-For": "192.0.2.1"}
    )

    [asked] = services.asked
    assert asked.headers == {name.lower(): value for name, value in sent.items()} | {
        "host": "localhost",
        "x-forwarded-for": "127.0.0.1",
        "x-forwarded-proto": "https",
        "connection": "close",
        "content-length": "2",
    }


def test_somebody_signs_in_behind_it_with_a_cookie_for_this_name_alone(public):
    kept: list[str] = []
    choice = follow(public, public.get("/handlaggare/logga-in?till=/handlaggare/installningar"), kept)
    [address] = [
        href for href, name in re.findall(r'<a href="([^"]+)">([^<]+)</a>', choice.text) if name == "Maja Berg"
    ]

    page = follow(public, public.get(urljoin(str(choice.url), unescape(address))), kept)

    assert (page.status_code, page.url.path) == (200, "/handlaggare/installningar")
    assert "Maja Berg" in page.text
    [session] = [one for one in kept if one.startswith("__Host-staff=")]
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=lax"} <= set(session.split("; "))
    assert all(one.startswith("__Host-") for one in kept)


def test_a_page_has_the_portals_policy_and_comes_compressed(public):
    page = public.get("/")

    assert page.headers["Content-Encoding"] == "gzip"
    assert "form-action 'self'" in page.headers["Content-Security-Policy"]
    assert page.headers.get_list("Strict-Transport-Security") == ["max-age=31536000; includeSubDomains"]


def test_what_another_site_sends_is_refused_behind_it(public):
    answers = [public.post("/logga-ut", headers={"Sec-Fetch-Site": site}) for site in ("cross-site", "same-origin")]

    assert [answer.status_code for answer in answers] == [403, 303]


def test_a_live_page_is_sent_what_happens_when_it_happens(proxy_with, services):
    services.may_answer.clear()
    with proxy_with() as proxy, proxy.client() as client, client.stream("GET", STREAM) as stream:
        pieces = stream.iter_raw()
        first = next(pieces)
        services.may_answer.set()

        assert first == b"data: 1\n\n"
        assert b"".join(pieces).endswith(b"{}")


def test_live_pages_leave_room_for_others_and_are_bounded_by_themselves(proxy_with, services):
    services.may_answer.clear()
    limits = {"CLIENT_CONNECTIONS": "1", "CLIENT_STREAMS": "2"}
    with (
        proxy_with(**limits) as proxy,
        proxy.client() as client,
        client.stream("GET", STREAM) as one,
        client.stream("GET", STREAM) as other,
    ):
        third = client.get(STREAM)
        services.may_answer.set()
        page = client.get("/")

    assert [answer.status_code for answer in (one, other, third, page)] == [200, 200, 429, 200]


@pytest.mark.parametrize(
    ("method", "path", "language", "title"),
    [
        ("GET", "/tomma-hus", "sv", "Sidan kan inte visas just nu"),
        ("GET", "/en/tomma-hus", "en", "The page cannot be shown right now"),
        ("POST", "/tomma-hus", "sv", "Vi vet inte om det sparades"),
        ("POST", "/en/tomma-hus", "en", "We cannot tell whether it was saved"),
    ],
)
def test_a_portal_that_is_away_is_told_of_by_a_page(method, path, language, title):
    nobody = Services()
    with running(nobody.ports) as proxy, proxy.client() as client:
        page = client.request(method, path)

    assert page.status_code == 503
    assert page.headers["Retry-After"] == "5"
    assert_page(page, language, title)


def test_a_file_that_is_too_large_is_told_of_by_a_page(client, services):
    page = client.post("/en/offer", content=b"x" * (11 * 1024 * 1024 + 1))

    assert page.status_code == 413
    assert_page(page, "en", "It is too large")
    assert services.asked == []


def test_too_many_visits_are_told_of_by_a_page(proxy_with):
    with proxy_with(CLIENT_RATE="1r/m", CLIENT_BURST="1") as proxy, proxy.client() as client:
        page = [client.get("/") for _ in range(3)][-1]

    assert page.status_code == 429
    assert_page(page, "sv", "För många besök på en gång")


def assert_page(page: httpx.Response, language: str, title: str) -> None:
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert page.headers["Content-Language"] == language
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert f'<html lang="{language}">' in page.text
    assert f"<h1>{title}</h1><p>" in page.text
    assert '<a href="tel:0123-45 60 00">0123-45 60 00</a>' in page.text
    assert re.search(r"<dd>[0-9a-f]{8}</dd>", page.text)


def follow(client: httpx.Client, answer: httpx.Response, kept: list[str]) -> httpx.Response:
    """Where it leads in the end, noting the cookies that are set."""
    kept += answer.headers.get_list("set-cookie")
    while answer.is_redirect:
        answer = client.get(urljoin(str(answer.url), answer.headers["location"]))
        kept += answer.headers.get_list("set-cookie")
    return answer
