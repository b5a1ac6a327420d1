"""Routes whose POSTs honour `Idempotency-Key`. What a handler takes decides how it is saved."""

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Request
from fastapi.routing import APIRoute
from starlette.types import Receive, Scope, Send

from shared.http.submissions import SubmissionHandler, is_submission
from shared.http.transaction import Handler, transaction_handler


class Route(APIRoute):
    """A handler that takes a `Submission` shares a commit; any other has a transaction of its own, or none."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        super().__init__(path, endpoint, **options)
        self._submission = SubmissionHandler(self) if is_submission(endpoint) else None

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._submission is None or scope["method"] != "POST":
            await super().handle(scope, receive, send)
        else:
            response = await self._submission(Request(scope, receive))
            await response(scope, receive, send)

    def get_route_handler(self) -> Handler:
        return transaction_handler(super().get_route_handler())


class Router(APIRouter):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"route_class": Route, **kwargs})
