"""The reverse proxy, as deploy/proxy starts it: what it lets through, and what it keeps from the services."""

import json
import re
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path

import httpx
import pytest

from deploy.procfile import ISSUER, SERVICES
from shared.errors import DomainError, MaybeSaved, TooManyRequests, Unavailable
from shared.settings import Settings
from tests.proxy import PATIENCE_SECONDS, SHORT, Proxy, Services, running, settings_for, start
from tests.system import System, prepared
from web.api import SENDABLE
from web.edge import ALWAYS, NO_PAGE, NO_STORE, ONLY_TLS
from web.problems import TITLES, Malformed, MethodNotSupported, NoSuchAddress, TooLarge

pytestmark = pytest.mark.nginx

ROOT = Path(__file__).parents[1]
PATHS = {
    path: service
    for service in SERVICES
    for path in json.loads((ROOT / f"docs/openapi/{service}.json").read_text())["paths"]
}
APIS = [f"{service}-api" for service in SERVICES]
INTERNAL = ["/health/live", "/health/ready", "/metrics", "/contacts/lookup", "/openapi.json", "/docs"]
CHANGES_A_MINUTE = 5
KB = 1024
FORM = Settings.model_fields["max_body_bytes"].default

StartProxy = Callable[..., AbstractContextManager[Proxy]]


@pytest.fixture
def services() -> Iterator[Services]:
    with Services().running() as services:
        yield services


@pytest.fixture
def proxy_with(services: Services) -> StartProxy:
    """Start a proxy with settings of its own in front of the services."""
    return partial(running, services.ports)


@pytest.fixture
def proxy(proxy_with: StartProxy) -> Iterator[Proxy]:
    with proxy_with(**SHORT) as proxy:
        yield proxy


@pytest.fixture
def client(proxy: Proxy) -> Iterator[httpx.Client]:
    with proxy.client() as client:
        yield client


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """The real APIs, which believe the proxy alone about who asks."""
    settings = {"FORWARDED_ALLOW_IPS": "127.0.0.1", "RATE_LIMIT": f"{CHANGES_A_MINUTE}/minute"}
    with prepared(tmp_path_factory.mktemp("proxied"), **settings) as system:
        system.start(*APIS, ISSUER)
        system.wait_until_ready(*APIS, ISSUER)
        yield system


@pytest.fixture(scope="module")
def public(system: System) -> Iterator[httpx.Client]:
    """Somebody in front of the proxy in front of the real APIs."""
    ports = {service: system.ports[f"{service}-api"] for service in SERVICES}
    with running(ports) as proxy, proxy.client() as client:
        yield client


def ended(connection: ssl.SSLSocket) -> bytes:
    """What came until the other side ended it."""
    received = b""
    try:
        while some := connection.recv(65_536):
            received += some
    except ConnectionError:
        pass
    return received


def is_cut_off_while_dripping(connection: ssl.SSLSocket, drops: bytes) -> bool:
    """Send a byte whenever nothing has come for a while, until the other side ends it or all is sent."""
    connection.settimeout(0.05)
    for drop in drops:
        try:
            connection.sendall(bytes([drop]))
            return connection.recv(1) == b""
        except TimeoutError:
            continue
        except (ConnectionError, ssl.SSLError):
            return True
    return False


def assert_problem(response: httpx.Response, error: DomainError, language: str = "en") -> None:
    """The answer is what a service itself would have said."""
    title = TITLES[error.status]
    assert response.status_code == error.status
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.headers["Content-Language"] == language
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers.get("Retry-After") == error.headers.get("Retry-After")
    assert response.json() == {
        "type": "about:blank",
        "title": getattr(title, language),
        "status": error.status,
        "code": error.code,
        "detail": getattr(error.text, language),
    }


def test_every_address_leads_to_its_service(client, services):
    for path in PATHS:
        client.get(re.sub(r"\{\w+\}", "one", path))

    assert [asked.service for asked in services.asked] == list(PATHS.values())


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
def test_an_address_written_otherwise_opens_no_other_door(target, proxy, services):
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


@pytest.mark.parametrize(
    "headers",
    [{"X-Long": "a" * 9 * KB}, {f"X-{number}": "a" * 7 * KB for number in range(6)}],
    ids=["one is long", "all are"],
)
def test_more_headers_than_anybody_needs_are_refused(headers, client, services):
    assert_problem(client.get("/houses", headers=headers), Malformed(), "sv")
    assert services.asked == []


def test_a_longer_address_than_anybody_needs_is_refused(client, services):
    assert client.get("/houses?q=" + "a" * 9 * KB).status_code == 414
    assert services.asked == []


def test_a_header_without_end_is_refused_when_it_has_outgrown_its_place(proxy):
    with proxy.connection() as connection:
        connection.sendall(b"GET /houses HTTP/1.1\r\nHost: localhost\r\nX-Long: " + b"a" * 9 * KB)

        assert ended(connection).startswith(b"HTTP/1.1 400 ")


@pytest.mark.parametrize(
    "headers",
    [
        "X-Host: localhost",
        "Host: localhost\r\nHost: evil.example",
        "Host: localhost\r\nContent-Length: 2\r\nContent-Length: 3",
        "Host: localhost\r\nContent-Length: +2",
        "Host: localhost\r\nContent-Length: 2\r\nTransfer-Encoding: chunked",
        "Host: localhost\r\nTransfer-Encoding: xchunked",
    ],
)
def test_a_request_that_can_be_read_in_two_ways_is_not_passed_on(headers, proxy, services):
    with proxy.connection() as connection:
        connection.sendall(f"POST /houses HTTP/1.1\r\n{headers}\r\n\r\n{{}}".encode())

        assert ended(connection)[:12] in (b"HTTP/1.1 400", b"HTTP/1.1 501")
    assert services.asked == []


def test_a_header_that_comes_in_drops_is_cut_off(proxy):
    with proxy.connection() as connection:
        assert is_cut_off_while_dripping(
            connection, b"GET /houses HTTP/1.1\r\nHost: localhost\r\nX-Long: " + b"a" * 300
        )


@pytest.mark.parametrize("path", ["/houses", "/attachments"])
def test_a_body_that_stalls_is_cut_off_and_no_service_hears_of_it(path, proxy, services):
    with proxy.connection() as connection:
        connection.sendall(f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 60000\r\n\r\n{{".encode())

        assert ended(connection) == b""
    assert services.asked == []


def test_who_does_not_read_is_cut_off(proxy, services):
    services.answer = b"x" * 8 * KB * KB
    with proxy.connection(receive_buffer=4096) as connection:
        connection.sendall(b"GET /ads HTTP/1.1\r\nHost: localhost\r\n\r\n")
        proxy.logged()

        assert len(ended(connection)) < len(services.answer)


@pytest.mark.parametrize(
    ("path", "largest"), [("/houses", FORM), ("/applications", KB * KB), ("/attachments", 11 * KB * KB)]
)
def test_a_body_may_be_as_large_as_its_address_needs(path, largest, client, services):
    client.post(path, content=b"x" * largest)
    refused = client.post(path, content=b"x" * (largest + 1), headers={"Accept-Language": "en"})

    assert_problem(refused, TooLarge())
    assert [asked.length for asked in services.asked] == [largest]


def test_a_body_of_unsaid_size_is_bounded_too(client, services):
    refused = client.post("/houses", content=(b"x" * KB for _ in range(FORM // KB + 1)))

    assert_problem(refused, TooLarge(), "sv")
    assert services.asked == []


def test_a_service_that_is_away_is_told_as_it_would_tell_it():
    nobody = Services()
    with running(nobody.ports) as proxy, proxy.client(headers={"Accept-Language": "en"}) as client:
        assert_problem(client.get("/houses"), Unavailable())
        assert_problem(client.post("/houses", json={}), MaybeSaved())


def test_a_service_that_does_not_answer_is_not_waited_for(client, services):
    services.may_answer.clear()

    assert_problem(client.post("/houses", json={}), MaybeSaved(), "sv")


def test_a_method_that_nobody_has_is_refused(client, services):
    assert_problem(client.request("TRACE", "/houses", headers={"Accept-Language": "en"}), MethodNotSupported())
    assert services.asked == []


def test_a_client_has_so_many_requests_in_a_while(proxy_with):
    with proxy_with(CLIENT_RATE="1r/m", CLIENT_BURST="1") as proxy, proxy.client() as client:
        answers = [client.get("/houses") for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert_problem(answers[-1], TooManyRequests(), "sv")


def test_a_client_of_ipv6_is_the_network_that_one_subscriber_has(proxy_with):
    def status(client: httpx.Client, address: str) -> int:
        return client.get("/houses", headers={"X-Forwarded-For": address}).status_code

    limits = {"CLIENT_RATE": "1r/m", "CLIENT_BURST": "1", "BELIEVED": "127.0.0.1"}
    with proxy_with(**limits) as proxy, proxy.client() as client:
        one_network = [
            status(client, address) for address in ("2001:db8:0:7::1", "2001:db8:0:7::2", "2001:db8:0:7:9::3")
        ]
        others = [status(client, address) for address in ("2001:db8:0:8::1", "192.0.2.1", "192.0.2.2")]

    assert one_network == [200, 200, 429]
    assert others == [200, 200, 200]


def test_a_client_has_so_many_requests_at_a_time(proxy_with, services):
    services.may_answer.clear()
    request = b"GET /houses HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    with proxy_with(CLIENT_CONNECTIONS="1") as proxy, proxy.connection() as first, proxy.connection() as second:
        first.sendall(request)
        while not services.asked:
            first.settimeout(0.01)
            with pytest.raises(TimeoutError):
                first.recv(1)
        second.sendall(request)

        assert ended(second).startswith(b"HTTP/1.1 429 ")


def test_uploads_of_a_client_are_few_at_a_time(proxy_with, services):
    with proxy_with(CLIENT_UPLOADS="1") as proxy, proxy.connection() as first, proxy.connection() as second:
        upload = b"POST /attachments HTTP/1.1\r\nHost: localhost\r\nContent-Length: 60000\r\nConnection: close\r\n"
        first.sendall(upload + b"Expect: 100-continue\r\n\r\n")
        assert first.recv(100).startswith(b"HTTP/1.1 100 ")
        second.sendall(upload + b"\r\n")

        assert second.recv(100).startswith(b"HTTP/1.1 429 ")


@pytest.mark.parametrize("target", ["/houses?limit=5", "http://evil.example/houses?limit=5"])
@pytest.mark.parametrize("host", ["localhost", "evil.example"])
def test_without_tls_one_is_sent_to_the_name_that_is_configured(target, host, proxy):
    with socket.create_connection(("127.0.0.1", proxy.http_port), PATIENCE_SECONDS) as connection:
        connection.sendall(f"GET {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
        answer = b""
        while some := connection.recv(65_536):
            answer += some

    assert answer.startswith(b"HTTP/1.1 308 ")
    assert f"\r\nLocation: {proxy.url}/houses?limit=5\r\n".encode() in answer


def test_it_answers_to_no_other_name(proxy, client, services):
    proxy.trust.check_hostname = False
    with pytest.raises(ssl.SSLError, match="UNRECOGNIZED_NAME"), proxy.connection("evil.example"):
        pass

    assert client.get("/houses", headers={"Host": "evil.example"}).status_code == 421
    assert services.asked == []


def test_tls_is_of_this_decade(proxy):
    proxy.trust.maximum_version = ssl.TLSVersion.TLSv1_2
    with proxy.connection() as connection:
        assert connection.version() == "TLSv1.2"
        name, _, _ = connection.cipher() or ("", "", 0)

    assert name.startswith("ECDHE-")
    assert "GCM" in name or "POLY1305" in name


def test_an_answer_says_that_tls_stays_and_nothing_of_what_runs(client):
    answers = [client.get("/houses"), client.get("/nothing")]

    assert [answer.headers["Strict-Transport-Security"] for answer in answers] == [ONLY_TLS[1].decode()] * 2
    assert {answer.headers["Server"] for answer in answers} == {"nginx"}


def test_what_it_refuses_has_the_headers_of_every_answer(public):
    ours, theirs = public.get("/nothing"), public.get("/houses/nothing")

    assert theirs.status_code == 422
    assert ours.headers.items() >= {(name.decode(), value.decode()) for name, value in [*ALWAYS, NO_PAGE, NO_STORE]}
    assert ours.headers.keys() >= theirs.headers.keys() - {"vary"}


def test_its_log_tells_neither_who_asked_nor_for_what(proxy, client):
    client.get("/houses/0b1c?q=anna@example.com", headers={"User-Agent": "anna"})

    line = proxy.logged()
    assert line.items() >= {"service": "proxy", "to": "housing", "method": "GET", "status": 200}.items()
    assert re.findall("anna|0b1c|127.0.0.1", json.dumps(line)) == []


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"PUBLIC_URL": ""}, "PUBLIC_URL says where residents find the services"),
        ({"PUBLIC_URL": "http://kommun.example"}, "PUBLIC_URL says where residents find the services"),
        ({"TLS_CERTIFICATE": "/nowhere.pem"}, "/nowhere.pem cannot be read: TLS_CERTIFICATE"),
    ],
)
def test_what_is_missing_is_said_before_it_starts(settings, said, tmp_path):
    with start(settings_for(tmp_path, {}, **settings), "-t", stderr=-1) as process:
        _, errors = process.communicate(timeout=PATIENCE_SECONDS)

    assert process.returncode == 1
    assert said in errors


def test_the_configuration_is_valid_without_a_warning(tmp_path):
    with start(settings_for(tmp_path, {}, LISTEN="0.0.0.0 [::]"), "-t", stderr=-1) as process:
        _, errors = process.communicate(timeout=PATIENCE_SECONDS)

    assert process.returncode == 0
    assert "[warn]" not in errors
