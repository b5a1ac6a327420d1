"""`kommunbuss-serve`, as a process."""

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from testkit.broker import free_port

SERVE = Path(sys.executable).with_name("kommunbuss-serve")


@pytest.fixture
def address() -> Iterator[str]:
    """Where an API that knows no address is served."""
    port = str(free_port())
    process = subprocess.Popen(
        [SERVE, "--factory", "starlette.applications:Starlette", "--lifespan", "off", "--port", port],
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(address, process)
        yield address
    finally:
        process.terminate()
        process.wait()


def _wait_for(address: str, process: "subprocess.Popen[bytes]") -> None:
    for _ in range(500):
        assert process.poll() is None
        try:
            httpx.get(address)
            return
        except httpx.TransportError:
            time.sleep(0.02)
    raise TimeoutError(address)


def test_what_it_serves_is_within_bounds(address):
    assert httpx.get(address).status_code == 404
    assert httpx.get(address, headers={"X": "a" * 40_000}).status_code == 431
