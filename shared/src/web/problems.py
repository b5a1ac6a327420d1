"""Errors as `application/problem+json` (RFC 9457), in the caller's language."""

import json
from http import HTTPStatus
from typing import Any, ClassVar

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.routing import iter_route_contexts
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, HTTPConnection
from starlette.responses import Response
from starlette.types import Scope

from shared.engine import OutcomeUnknown, is_retryable
from shared.errors import DomainError, Forbidden, Invalid, Text, Unavailable
from shared.logging import log
from shared.staff import Person
from web.client import client_of
from web.language import language_of
from web.security import SecurityLog
from web.validation import violation_of

MEDIA_TYPE = "application/problem+json"
MOST_VIOLATIONS = 100
TITLES = {
    400: Text(sv="Felaktig begäran", en="Bad request"),
    401: Text(sv="Inloggning krävs", en="Sign-in required"),
    403: Text(sv="Inte tillåtet", en="Not allowed"),
    404: Text(sv="Finns inte", en="Not found"),
    405: Text(sv="Metoden stöds inte här", en="Method not supported here"),
    408: Text(sv="För långsamt", en="Too slow"),
    409: Text(sv="Går inte just nu", en="Conflict"),
    410: Text(sv="Finns inte längre", en="No longer available"),
    412: Text(sv="Ändrat av någon annan", en="Changed by somebody else"),
    413: Text(sv="För stort", en="Too large"),
    415: Text(sv="Typen stöds inte", en="Unsupported type"),
    422: Text(sv="Uppgifterna stämmer inte", en="The data is not right"),
    428: Text(sv="Versionen saknas", en="Version missing"),
    429: Text(sv="För många försök", en="Too many requests"),
    431: Text(sv="För stora huvudfält", en="Headers too large"),
    500: Text(sv="Något gick fel hos oss", en="Something went wrong on our side"),
    503: Text(sv="Tillfälligt otillgänglig", en="Temporarily unavailable"),
}


class MaybeSaved(DomainError):
    """We cannot tell whether it was saved. Send it again with the same Idempotency-Key, and it is saved once.

    Without a key, see whether a confirmation arrives before you send it again.
    """

    status = 503
    sv = (
        "Vi vet inte om det sparades. Skicka det igen med samma Idempotency-Key, så sparas det en gång. "
        "Utan nyckel: se om en bekräftelse kommer innan du skickar igen."
    )
    headers: ClassVar[dict[str, str]] = {"Retry-After": "5"}


class Unplanned(DomainError):
    """Something went wrong on our side and has been logged. Nothing was saved: please send it again."""

    status = 500
    sv = "Något gick fel hos oss, och felet är loggat. Inget har sparats: försök gärna igen."


class Malformed(DomainError):
    """What was sent cannot be read. Check its form and its Content-Type."""

    sv = "Det som skickades går inte att läsa. Kontrollera dess form och Content-Type."


class NoSuchAddress(DomainError):
    """No such address. Check its spelling."""

    status = 404
    sv = "Adressen finns inte. Kontrollera stavningen."


class MethodNotSupported(DomainError):
    """The address exists but does not take that method."""

    status = 405
    sv = "Adressen finns men tar inte emot den metoden."


class TooLarge(DomainError):
    """What you sent is larger than what is accepted."""

    status = 413
    sv = "Det du skickade är större än vad som tas emot."


class HeadTooLarge(DomainError):
    """The address and the headers are larger than what is accepted."""

    status = 431
    sv = "Adressen och huvudfälten är större än vad som tas emot."


class TooSlow(DomainError):
    """The request did not come on. Send it again."""

    status = 408
    sv = "Det du skickade kom inte fram i tid. Skicka det igen."


class NotOneHost(DomainError):
    """Name one host, in the header Host."""

    sv = "Ange en värd, i huvudfältet Host."


class TooManyConnections(Unavailable):
    """Too many are connected at the moment. Nothing was saved. Try again in a moment."""

    sv = "För många är uppkopplade just nu. Inget har sparats. Försök igen om en stund."


OF_FRAMEWORK = {error.status: error for error in (Malformed, NoSuchAddress, MethodNotSupported, TooLarge)}


def problem(connection: HTTPConnection, error: DomainError, **headers: str) -> JSONResponse:
    language = language_of(connection)
    headers = {"Content-Language": language, **error.headers, **headers}
    return JSONResponse(_content(error, language), error.status, headers, MEDIA_TYPE)


def _content(error: DomainError, language: str) -> dict[str, Any]:
    content: dict[str, Any] = {
        "type": "about:blank",
        "title": TITLES.get(error.status, TITLES[400]).in_language(language),
        "status": error.status,
        "code": error.code,
        "detail": error.text.in_language(language),
    }
    if error.violations:
        content["violations"] = [
            {"field": v.field, "code": v.code, "message": v.message.in_language(language)} for v in error.violations
        ]
    return content


def answer(error: DomainError) -> bytes:
    """A whole HTTP answer, in Swedish: nobody has read yet which language is wanted. It ends the connection."""
    body = json.dumps(_content(error, "sv"), ensure_ascii=False).encode()
    headers = {
        "Content-Type": MEDIA_TYPE,
        "Content-Length": str(len(body)),
        "Content-Language": "sv",
        "Cache-Control": "no-store",
        "Connection": "close",
        **error.headers,
    }
    lines = [f"HTTP/1.1 {error.status} {HTTPStatus(error.status).phrase}", *map(": ".join, headers.items()), "", ""]
    return "\r\n".join(lines).encode() + body


def unplanned(scope: Scope, error: Exception) -> JSONResponse:
    """The answer to a mistake of ours, which is logged."""
    request = Request(scope)
    log.error("a request failed", exc_info=error, path=route_of(request))
    return problem(request, Unplanned())


async def refused(request: Request, error: DomainError) -> JSONResponse:
    if error.concerns_security:
        security: SecurityLog = request.app.state.security
        security.refused(request, error, route_of(request))
    if isinstance(error, Forbidden):
        await _audit(request, error)
    return problem(request, error)


async def _audit(request: Request, error: Forbidden) -> None:
    """Keep whom something was refused. `request.state.about` has what it was about, where that is known."""
    person: Person | None = getattr(request.state, "person", None)
    if person is None:
        return
    about = getattr(request.state, "about", {})
    details = {"roles": sorted(person.roles), "address": client_of(request.scope), **about}
    async with request.app.state.database.transaction() as tx:
        tx.audit(person.subject, "refused", code=error.code, route=route_of(request), **details)


async def _malformed(request: Request, error: RequestValidationError) -> JSONResponse:
    return problem(request, Invalid(*(violation_of(one) for one in error.errors()[:MOST_VIOLATIONS])))


async def _of_framework(request: Request, error: HTTPException) -> JSONResponse:
    if isinstance(error.__cause__, OSError):  # a form's file could not be written while it was read
        return await _away(request, error.__cause__)
    kind = OF_FRAMEWORK.get(error.status_code, Malformed)
    return problem(request, kind(), **({"Allow": _allowed(request)} if error.status_code == 405 else {}))


async def _maybe_saved(request: Request, error: OutcomeUnknown) -> JSONResponse:
    log.error("the database went away while it committed", exc_info=error, path=route_of(request))
    return problem(request, MaybeSaved())


async def _away(request: Request, error: Exception) -> JSONResponse:
    if not is_retryable(error):
        return unplanned(request.scope, error)
    log.error("a request failed at the database", exc_info=error, path=route_of(request))
    return problem(request, Unavailable())


async def _gone(_: Request, __: ClientDisconnect) -> Response:
    return Response(status_code=400)  # nobody reads it; only the metrics do


HANDLERS: dict[int | type[Exception], Any] = {
    DomainError: refused,
    RequestValidationError: _malformed,
    HTTPException: _of_framework,
    OutcomeUnknown: _maybe_saved,
    DBAPIError: _away,
    PoolTimeout: _away,
    OSError: _away,
    ClientDisconnect: _gone,
}
"""What answers each kind of error."""


def _allowed(request: Request) -> str:
    """Every method of the address, though each is a route of its own."""
    methods: set[str] = set()
    for route in iter_route_contexts(request.app.routes):
        if route.methods and route.path_regex.match(request.url.path):
            methods |= route.methods
    return ", ".join(sorted(methods | ({"HEAD"} if "GET" in methods else set())))


def route_of(request: Request) -> str:
    """The route's template, never the path itself: it may hold a reference."""
    return getattr(request.scope.get("route"), "path", "unknown")
