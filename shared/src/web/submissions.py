"""Submissions: requests that only insert. They share a commit, and go from bytes to bytes."""

import inspect
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Annotated, Any, get_type_hints

import sqlalchemy as sa
from fastapi import Depends, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import TypeAdapter, ValidationError
from sqlalchemy.exc import IntegrityError
from starlette.types import ASGIApp, Receive, Scope, Send

from shared.bulk import Row
from shared.clock import day_in_sweden
from shared.database import Database, Session
from shared.errors import DomainError, Unauthorized
from shared.group_commit import Inserts, KeyTaken
from web.bodies import BoundedRequest
from web.idempotency import IdempotentRequest, StillInProgress, identified, in_progress
from web.json_body import body_of
from web.problems import unplanned
from web.recipients import Recipients
from web.resources import location_of, require_known_query

ErrorHandlers = Mapping[Any, Callable[[Request, Any], Any]]
ATTEMPTS = 3
"""How often a handler may find that a key it chose, such as a reference, was taken meanwhile."""


class PendingSubmission(Inserts):
    """What a handler adds and publishes. It is saved when the handler has returned, before the answer leaves."""

    def __init__(self, request: Request, once: IdempotentRequest | None) -> None:
        self.request, self.once = request, once
        self._state = request.app.state
        super().__init__()
        self.at: datetime = self._state.clock()
        self.recipients = Recipients(request)

    @cached_property
    def today(self) -> date:
        """The day in Sweden."""
        return day_in_sweden(self.at)

    def reading(self) -> AbstractAsyncContextManager[Session]:
        """A session to look something up in."""
        database: Database = self._state.database
        return database.reading()

    async def insert_ahead(self, table: sa.Table, rows: Sequence[Row]) -> bool:
        """Insert rows that may be there already, for what is saved to refer to. Says whether they are committed."""
        async with self._state.database.transaction() as tx:
            await tx.insert_new(table, rows)
        return True

    async def save(self) -> None:
        await self._state.database.commits.save(self)


async def _made_by_the_route() -> None:
    """Marks the parameter for FastAPI, which neither makes nor documents it."""


Submission = Annotated[PendingSubmission, Depends(_made_by_the_route)]


def is_submission(endpoint: Callable[..., Any]) -> bool:
    return Submission in get_type_hints(endpoint, include_extras=True).values()


@dataclass(frozen=True)
class Parameters:
    """What a submission's handler takes: its path's parameters, its form, and the Submission."""

    path: dict[str, TypeAdapter[Any]]
    form: dict[str, TypeAdapter[Any]]
    submission: str

    @classmethod
    def of(cls, route: APIRoute) -> "Parameters":
        """Raises TypeError when the handler takes anything else."""
        hints = get_type_hints(route.endpoint, include_extras=True)
        hints.pop("return", None)
        submission = next(name for name, hint in hints.items() if hint == Submission)
        path = {name: TypeAdapter(hints[name]) for name in route.param_convertors}
        form = {name: hint for name, hint in hints.items() if name not in path and name != submission}
        if route.dependencies or len(form) > 1 or not all(map(inspect.isclass, form.values())):
            raise TypeError(
                f"{route.name} may take its path's parameters, one form and a Submission: nothing else runs"
            )
        return cls(path, {name: TypeAdapter(hint) for name, hint in form.items()}, submission)

    async def validated(self, request: Request) -> dict[str, Any]:
        """The arguments but for the Submission. Raises RequestValidationError."""
        body = await body_of(request) if self.form else None
        arguments: dict[str, Any] = {}
        found: list[dict[str, Any]] = []
        for name, adapter in self.path.items():
            with _collected(found, "path", name):
                arguments[name] = adapter.validate_python(request.path_params[name])
        for name, adapter in self.form.items():
            with _collected(found, "body"):
                arguments[name] = adapter.validate_python(body)
        if found:
            raise RequestValidationError(found)
        return arguments


class _collected:
    """Adds what a validation within finds to what was found, with the place it was found in."""

    def __init__(self, found: list[dict[str, Any]], *place: str) -> None:
        self._found = found
        self._place = place

    def __enter__(self) -> None: ...

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> bool:
        if not isinstance(error, ValidationError):
            return False
        errors = error.errors(include_url=False, include_input=False)
        self._found += [{**one, "loc": (*self._place, *one["loc"])} for one in errors]
        return True


class SubmissionHandler:
    """Answers a route's submissions."""

    def __init__(self, route: APIRoute) -> None:
        self.route = route
        self._endpoint = route.endpoint
        self._status = route.status_code or 200
        self._parameters = Parameters.of(route)
        self._answer = route.response_model
        self._writer = TypeAdapter(route.response_model)

    async def __call__(self, request: Request) -> Response:
        require_known_query(request, ())
        arguments = await self._parameters.validated(request)
        once = await identified(request)
        with in_progress(request, once):
            return await self._tried(request, arguments, once, ATTEMPTS)

    async def _tried(
        self, request: Request, arguments: dict[str, Any], once: IdempotentRequest | None, attempts: int
    ) -> Response:
        try:
            return await self._answered(request, arguments, once)
        except IntegrityError:
            if attempts == 1:
                raise
        return await self._tried(request, arguments, once, attempts - 1)

    async def _answered(self, request: Request, arguments: dict[str, Any], once: IdempotentRequest | None) -> Response:
        """The answer, once what it promises is committed; or the first answer to a request that is repeated."""
        submission = PendingSubmission(request, once)
        try:
            async with submission.recipients:
                return await self._saved(submission, arguments)
        except Unauthorized:
            raise  # whom the first answer is for is not known
        except (DomainError, KeyTaken) as error:
            return await _first_answer(submission, error)

    async def _saved(self, submission: PendingSubmission, arguments: dict[str, Any]) -> Response:
        answer = await self._endpoint(**arguments, **{self._parameters.submission: submission})
        response = self._response(submission.request, answer)
        if submission.once is not None:
            submission.answer = submission.once.row(response)
        await submission.save()
        return response

    def _response(self, request: Request, answer: Any) -> Response:
        if not isinstance(answer, self._answer):
            answer = self._writer.validate_python(answer, from_attributes=True)
        name = getattr(answer, "reference", None) or answer.id
        headers = {"Location": location_of(request.scope["path"], str(name))}
        return Response(self._writer.dump_json(answer), self._status, headers, "application/json")


async def _first_answer(submission: PendingSubmission, error: DomainError | KeyTaken) -> Response:
    """What was kept for the request. Raises the error when nothing was: then it is not a repeated one."""
    if submission.once is None:
        raise error
    async with submission.reading() as session:
        response = await submission.once.first_answer(session)
    if response is not None:
        return response
    raise StillInProgress if isinstance(error, KeyTaken) else error


class Submissions:
    """Answers submissions itself, without the layers that other requests pass through, and hands on the rest."""

    def __init__(
        self, app: ASGIApp, answered_by: Sequence[SubmissionHandler], errors: ErrorHandlers, largest: int
    ) -> None:
        self.app = app
        self._answered_by = answered_by
        self._errors = errors
        self._largest = largest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        answer = self._handler_of(scope) if scope["type"] == "http" and scope["method"] == "POST" else None
        if answer is None:
            await self.app(scope, receive, send)
            return
        request = BoundedRequest(scope, receive, answer.route.max_body_size or self._largest)
        try:
            response = await answer(request)
        except Exception as error:  # answered as any other request's, outside whose layers this is
            response = await self._explained(request, error)
        await response(scope, receive, send)

    def _handler_of(self, scope: Scope) -> SubmissionHandler | None:
        path = scope["path"].removeprefix(scope.get("root_path", ""))
        for handler in self._answered_by:
            if found := handler.route.path_regex.match(path):
                scope["route"], scope["path_params"] = handler.route, found.groupdict()
                return handler
        return None

    async def _explained(self, request: Request, error: Exception) -> Response:
        handler = next((self._errors[kind] for kind in type(error).__mro__ if kind in self._errors), None)
        response: Response = unplanned(request.scope, error) if handler is None else await handler(request, error)
        return response
