"""The reverse proxy: what is too much or too slow, and what a service is spared."""

import httpx
import pytest

from shared.errors import TooManyRequests, Unavailable
from shared.settings import Settings
from tests.proxy import Services, assert_problem, ended, is_cut_off_while_dripping, running
from web.problems import Malformed, MaybeSaved, MethodNotSupported, TooLarge

pytestmark = pytest.mark.nginx

KB = 1024
FORM = Settings.model_fields["max_body_bytes"].default


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
