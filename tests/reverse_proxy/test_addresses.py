"""The reverse proxy: what leads where, and who is said to ask."""

import json
import re
from pathlib import Path

import pytest

from deploy.procfile import PORTAL, SERVICES
from tests.proxy import assert_problem, ended
from web.api import SENDABLE
from web.edge import ALWAYS, NO_PAGE, NO_STORE
from web.problems import NoSuchAddress

pytestmark = pytest.mark.nginx

ROOT = Path(__file__).parents[2]
PATHS = {
    path: service
    for service in SERVICES
    for path in json.loads((ROOT / f"docs/openapi/{service}.json").read_text())["paths"]
}
PAGES = (
    "/",
    "/en",
    "/tomma-hus",
    "/ar/handlaggare/inkorg",
    "/handlaggare/inkorg/strom",
    "/static/styles.css",
    "/nothing",
)
INTERNAL = [
    "/health/live",
    "/health/ready",
    "/metrics",
    "/contacts/lookup",
    "/enclosures/lookup",
    "/openapi.json",
    "/docs",
]
CHANGES_A_MINUTE = 5


def test_every_address_leads_to_its_service(proxy_with, services):
    with proxy_with(CLIENT_BURST="1000") as proxy, proxy.client() as client:
        for path in (*PATHS, *PAGES):
            client.get(re.sub(r"\{\w+\}", "one", path))

    assert [asked.service for asked in services.asked] == [*PATHS.values(), *(PORTAL for _ in PAGES)]


def test_all_services_are_under_one_name_with_tls(public):
    answers = [public.get(path) for path in ("/eservices", "/houses", "/ads", "/events")]

    assert [answer.status_code for answer in answers] == [200] * 4
    assert public.get("/queues").status_code == 401


def test_staff_sign_in_through_it(public, system):
    assert public.get("/queues", headers=system.token("caseworker")).status_code == 200


@pytest.mark.parametrize("path", INTERNAL)
def test_what_is_asked_from_within_cannot_be_asked_from_without(path, public):
    assert_problem(public.get(path, headers={"Accept-Language": "en"}), NoSuchAddress())


@pytest.mark.parametrize(
    "target", ["/houses/../metrics", "/houses/%2e%2e/metrics", "//metrics", "http://localhost:9000/metrics"]
)
def test_an_address_written_otherwise_leads_nowhere_else(target, proxy, services):
    with proxy.connection() as connection:
        connection.sendall(f"GET {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())

        assert ended(connection).startswith(b"HTTP/1.1 404 ")
    assert services.asked == []


def test_who_says_to_be_another_is_counted_as_who_they_are(public):
    answers = [
        public.post("/houses", json={}, headers={"X-Forwarded-For": f"192.0.2.{number}"})
        for number in range(CHANGES_A_MINUTE + 1)
    ]

    assert [answer.status_code for answer in answers] == [422] * CHANGES_A_MINUTE + [429]


def test_a_service_reads_who_asks_from_the_proxy_and_nothing_that_they_say_of_it(client, services):
    said = (
        "Forwarded",
        "X-Real-IP",
        "X-Forwarded-For",
        "X-Forwarded-Host",
        "X-Forwarded-Proto",
        "X_Forwarded_For",
        "Via",
    )

    client.post("/houses", json={}, headers=dict.fromkeys(said, "evil.example") | {"Host": "localhost"})

    [asked] = services.asked
    assert asked.headers == {
        "host": "localhost",
        "x-forwarded-for": "127.0.0.1",
        "x-forwarded-proto": "https",
        "connection": "close",
        "content-length": "2",
        "content-type": "application/json",
    }


def test_all_that_services_read_reaches_them(client, services):
    sent = {name: f"value of {name}" for name in [*SENDABLE, "Accept-Language", "Origin"]}

    client.post("/houses", content=b"{}", headers=sent)

    [asked] = services.asked
    assert {name: asked.headers[name.lower()] for name in sent} == sent
    assert asked.length == 2


def test_what_it_refuses_has_the_headers_of_every_answer(public):
    ours, theirs = public.get("/metrics"), public.get("/houses/nothing")

    assert theirs.status_code == 422
    assert ours.headers.items() >= {(name.decode(), value.decode()) for name, value in [*ALWAYS, NO_PAGE, NO_STORE]}
    assert ours.headers.keys() >= theirs.headers.keys() - {"vary"}
