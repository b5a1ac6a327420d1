"""Routes whose POSTs honour `Idempotency-Key`. What a handler takes decides how it is saved."""

from collections.abc import Iterator
from functools import cached_property
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.dependencies.models import Dependant
from pydantic import BaseModel
from pydantic_core import from_json

from web.json_body import JsonRoute
from web.resources import location_of, require_known_query
from web.submissions import SubmissionHandler, is_submission
from web.transaction import Handler, transaction_handler


class Route(JsonRoute):
    """A handler that takes a `Submission` shares a commit; any other has a transaction of its own, or none."""

    @cached_property
    def submissions(self) -> SubmissionHandler:
        """What answers its submissions, also for the middleware."""
        return SubmissionHandler(self)

    def get_route_handler(self) -> Handler:
        if is_submission(self.endpoint):
            return self.submissions.__call__
        return self._completed(transaction_handler(super().get_route_handler()))

    def _completed(self, handle: Handler) -> Handler:
        """Refuses a query that nobody reads, and says where to find what a POST made."""
        known = set(query_names(self.dependant))

        async def completed(request: Request) -> Response:
            require_known_query(request, known)
            response = await handle(request)
            made = from_json(bytes(response.body)) if response.status_code == 201 else {}
            name = made.get("reference") or made.get("id")
            if name and "location" not in response.headers:
                response.headers["Location"] = location_of(request.url.path, name)
            return response

        return completed


def submissions_of(*routers: APIRouter) -> list[SubmissionHandler]:
    """What answers the submissions of the routers."""
    routes = (route for router in routers for route in router.routes)
    return [route.submissions for route in routes if isinstance(route, Route) and is_submission(route.endpoint)]


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


class Router(APIRouter):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"route_class": Route, **kwargs})
