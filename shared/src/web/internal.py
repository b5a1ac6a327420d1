"""The internal port of an API: health, metrics and contact look-up, on a port of their own that no proxy leads to."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import uvicorn
from starlette.types import ASGIApp

from shared.logging import log
from shared.settings import Settings
from web.protocol import BoundedProtocol


class CannotListen(Exception):
    """The internal port is taken, or not ours to take."""


class SecondaryServer(uvicorn.Server):
    """A server in the loop of another, which alone handles signals."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@asynccontextmanager
async def serving(app: ASGIApp, settings: Settings) -> AsyncIterator[None]:
    """Serve the app at INTERNAL_HOST and INTERNAL_PORT. Raises CannotListen."""
    with _listening(settings.internal_host, settings.internal_port) as listener:
        log.info("health, metrics and look-ups", address="{}:{}".format(*listener.getsockname()[:2]))
        server = SecondaryServer(
            uvicorn.Config(
                app, http=BoundedProtocol, lifespan="off", log_config=None, access_log=False, server_header=False
            )
        )
        running = asyncio.create_task(server.serve([listener]))
        try:
            yield
        finally:
            server.should_exit = True
            await running


@contextmanager
def _listening(host: str, port: int) -> Iterator[socket.socket]:
    try:
        listener = socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        reason = f"INTERNAL_PORT={port} cannot be had: each process needs one of its own ({error.strerror})"
        raise CannotListen(reason) from error
    with listener:
        yield listener
