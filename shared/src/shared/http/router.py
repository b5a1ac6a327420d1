"""Routes whose POSTs honour `Idempotency-Key`. What a handler takes decides how it is saved."""

from collections.abc import Callable, Iterator
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from pydantic import BaseModel
from pydantic_core import from_json
from starlette.types import Receive, Scope, Send

from shared.errors import Invalid
from shared.http.submissions import SubmissionHandler, is_submission
from shared.http.transaction import Handler, transaction_handler
from shared.http.validation import violation_of


class Route(APIRoute):
    """A handler that takes a `Submission` shares a commit; any other has a transaction of its own, or none."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        super().__init__(path, endpoint, **options)
        self._submission = self._completed(SubmissionHandler(self).__call__) if is_submission(endpoint) else None

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._submission is None or scope["method"] != "POST":
            await super().handle(scope, receive, send)
        else:
            response = await self._submission(Request(scope, receive))
            await response(scope, receive, send)

    def get_route_handler(self) -> Handler:
        return self._completed(transaction_handler(super().get_route_handler()))

    def _completed(self, handle: Handler) -> Handler:
        """Refuses a query that nobody reads, and says where to find what a POST made."""
        known = set(query_names(self.dependant))

        async def completed(request: Request) -> Response:
            if unknown := [name for name in request.query_params if name not in known]:
                errors = ({"type": "extra_forbidden", "loc": ("query", name)} for name in unknown)
                raise Invalid(*map(violation_of, errors))
            response = await handle(request)
            if response.status_code == 201:
                response.headers["Location"] = location_of(request.url.path, from_json(bytes(response.body)))
            return response

        return completed


def query_names(dependant: Dependant) -> Iterator[str]:
    """What the handler and its dependencies read of a query."""
    for parameter in dependant.query_params:
        kind = parameter.field_info.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            yield from kind.model_fields
        else:
            yield parameter.alias
    for other in dependant.dependencies:
        yield from query_names(other)


def location_of(path: str, made: dict[str, Any]) -> str:
    """Where it is: below what it was sent to, or what was changed there. Without the host, which a caller chooses."""
    name = made.get("reference", made["id"])
    before, found, _ = path.partition(f"/{name}")
    return before + found if found else f"{path}/{name}"


class Router(APIRouter):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"route_class": Route, **kwargs})
