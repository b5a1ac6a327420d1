"""A portal whose services answer as the address says: with that status, or with 200 and something else than asked."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from deploy.procfile import ADDRESSES, COMMANDS, PORTAL
from testkit.broker import free_port
from tests.system import System

IN_TROUBLE = "portal-in-trouble"
SERVICES = [setting for setting, name in ADDRESSES.items() if name.endswith("-api")]


class AsAsked(BaseHTTPRequestHandler):
    """`/eservices/410` has gone, `/eservices/200` is not what the document says."""

    def do_GET(self) -> None:
        status = next(int(part) for part in self.path.split("/") if part.isdigit())
        self.send_response(status)
        self.send_header("Content-Type", "application/problem+json")
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_: object) -> None:
        """The portal's log has it."""


@contextmanager
def portal_in_trouble(system: System) -> Iterator[str]:
    """The address of a portal of the system with such services, where residents have nowhere to sign in."""
    with ThreadingHTTPServer(("127.0.0.1", free_port()), AsAsked) as services:
        Thread(target=services.serve_forever).start()
        settings = dict.fromkeys(SERVICES, f"http://127.0.0.1:{services.server_port}")
        port, internal = free_port(), str(free_port())
        more = {**settings, "RESIDENTS_ISSUER": "", "INTERNAL_PORT": internal}
        system.processes.start(IN_TROUBLE, COMMANDS[PORTAL], port, **more)
        system.wait_until_ready(IN_TROUBLE)
        yield f"http://127.0.0.1:{port}"
        services.shutdown()
