"""An API that trusts everybody, for the attacks to fell."""

import time

from starlette.types import Receive, Scope, Send

SLOW_SECONDS = 2
kept: list[bytes] = []


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] != "http":
        return
    while (message := await receive()).get("more_body"):
        kept.append(message["body"])
    if scope["path"] == "/houses":
        done_at = time.monotonic() + SLOW_SECONDS
        while time.monotonic() < done_at:
            pass
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
    await send({"type": "http.response.body", "body": b"{}"})
