"""The reverse proxy as it is shipped, started for a test, and services that note what reaches them."""

import contextlib
import json
import os
import select
import socket
import ssl
import subprocess
import tempfile
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx

from deploy.procfile import PORTAL, SERVICES
from shared.errors import DomainError
from testkit.broker import free_port, wait_for_port
from web.problems import TITLES

ROOT = Path(__file__).parents[1]
START = ROOT / "deploy/proxy/start"
PATIENCE_SECONDS = 15
SHORT = {"HEADER_TIMEOUT": "300ms", "BODY_TIMEOUT": "300ms", "READER_TIMEOUT": "300ms", "SERVICE_TIMEOUT": "300ms"}
"""Deadlines that a test can wait for."""


@dataclass
class Asked:
    """A request as it reached a service."""

    service: str
    method: str
    path: str
    headers: dict[str, str]
    length: int


@dataclass
class Services:
    """Stand where the services are, answer everything, and remember it."""

    ports: dict[str, int] = field(default_factory=lambda: {service: free_port() for service in (*SERVICES, PORTAL)})
    asked: list[Asked] = field(default_factory=list)
    answer: bytes = b"{}"
    may_answer: threading.Event = field(default_factory=threading.Event)

    @contextlib.contextmanager
    def running(self) -> Iterator["Services"]:
        self.may_answer.set()
        servers = [ThreadingHTTPServer(("127.0.0.1", port), self._handler(name)) for name, port in self.ports.items()]
        for server in servers:
            server.daemon_threads = True
            threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        try:
            yield self
        finally:
            self.may_answer.set()
            for server in servers:
                server.shutdown()
                server.server_close()

    def _handler(self, service: str) -> type[BaseHTTPRequestHandler]:
        services = self

        class Handler(BaseHTTPRequestHandler):
            server_version, sys_version = "Secret/1.2.3", ""

            def respond(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                headers = {name.lower(): value for name, value in self.headers.items()}
                services.asked.append(Asked(service, self.command, self.path, headers, len(body)))
                with contextlib.suppress(OSError):
                    if self.path.endswith("/strom"):
                        self.begin_stream()
                    services.may_answer.wait(PATIENCE_SECONDS)
                    self.send_response(200)
                    self.send_header("Content-Length", str(len(services.answer)))
                    self.end_headers()
                    self.wfile.write(services.answer)

            def begin_stream(self) -> None:
                """What is written afterwards is the rest of it."""
                self.send_response(200)
                self.send_header("Content-Type", "text/event-stream")
                self.end_headers()
                self.wfile.write(b"data: 1\n\n")

            do_GET = do_POST = respond

            def log_message(self, *_: object) -> None:
                pass

        return Handler


class Proxy:
    """A running proxy, by its public name and by its sockets."""

    def __init__(self, settings: Mapping[str, str], process: subprocess.Popen[str]) -> None:
        self.url = settings["PUBLIC_URL"]
        self.http_port, self.port = int(settings["HTTP_PORT"]), int(settings["HTTPS_PORT"])
        self.trust = ssl.create_default_context(cafile=settings["TLS_CERTIFICATE"])
        self._process = process

    def client(self, **options: Any) -> httpx.Client:
        return httpx.Client(base_url=self.url, verify=self.trust, timeout=PATIENCE_SECONDS, **options)

    @contextlib.contextmanager
    def connection(self, name: str = "localhost", receive_buffer: int | None = None) -> Iterator[ssl.SSLSocket]:
        with socket.socket() as plain:
            if receive_buffer:
                plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
            plain.settimeout(PATIENCE_SECONDS)
            plain.connect(("127.0.0.1", self.port))
            with self.trust.wrap_socket(plain, server_hostname=name) as encrypted:
                yield encrypted

    def logged(self) -> dict[str, Any]:
        """The next request that has ended, as the log tells it."""
        assert self._process.stdout is not None
        if not select.select([self._process.stdout], [], [], PATIENCE_SECONDS)[0]:
            raise TimeoutError("no request has ended")
        line: dict[str, Any] = json.loads(self._process.stdout.readline())
        return line


def settings_for(folder: Path, ports: Mapping[str, int], **settings: str) -> dict[str, str]:
    """The environment of a proxy on free ports of this machine, with a certificate of its own."""
    https = str(free_port())
    certificate, key = make_certificate(folder)
    return {
        "PUBLIC_URL": f"https://localhost:{https}",
        "TLS_CERTIFICATE": str(certificate),
        "TLS_KEY": str(key),
        "LISTEN": "127.0.0.1",
        "HTTP_PORT": str(free_port()),
        "HTTPS_PORT": https,
        "FOLDER": str(folder),
        "WORKERS": "1",
        **{service.replace("-", "_").upper(): f"127.0.0.1:{port}" for service, port in ports.items()},
        **settings,
    }


def start(settings: Mapping[str, str], *arguments: str, **options: Any) -> subprocess.Popen[str]:
    environment = {"PATH": os.environ["PATH"], **settings}
    return subprocess.Popen([START, *arguments], env=environment, stdout=subprocess.PIPE, text=True, **options)


@contextlib.contextmanager
def running(ports: Mapping[str, int], **settings: str) -> Iterator[Proxy]:
    """The proxy in front of services at those ports of this machine."""
    with tempfile.TemporaryDirectory(prefix="kommunbuss-proxy-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # started by root, its workers are somebody else
        chosen = settings_for(folder, ports, **settings)
        with start(chosen) as process:
            try:
                wait_for_port(int(chosen["HTTPS_PORT"]))
                yield Proxy(chosen, process)
            finally:
                process.terminate()


def make_certificate(folder: Path) -> tuple[Path, Path]:
    certificate, key = folder / "certificate.pem", folder / "certificate.key"
    command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost"
    extension = ["-addext", "subjectAltName=DNS:localhost", "-keyout", str(key), "-out", str(certificate)]
    subprocess.run([*command.split(), *extension], check=True, capture_output=True)
    return certificate, key


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
