"""The reverse proxy: names, TLS, and what it tells of itself."""

import json
import re
import socket
import ssl

import pytest

from tests.proxy import PATIENCE_SECONDS, settings_for, start
from web.edge import ONLY_TLS

pytestmark = pytest.mark.nginx


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
