"""Errors as `application/problem+json` (RFC 9457), in the caller's language."""

from collections.abc import Sequence
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException

from shared.engine import is_retryable
from shared.errors import DomainError, FieldError, Invalid, Text, Unavailable, Violation
from shared.logging import log

TITLES = {
    400: Text(sv="Felaktig begäran", en="Bad request"),
    401: Text(sv="Inloggning krävs", en="Sign-in required"),
    403: Text(sv="Inte tillåtet", en="Not allowed"),
    404: Text(sv="Finns inte", en="Not found"),
    405: Text(sv="Metoden stöds inte här", en="Method not supported here"),
    409: Text(sv="Går inte just nu", en="Conflict"),
    410: Text(sv="Finns inte längre", en="No longer available"),
    413: Text(sv="För stort", en="Too large"),
    415: Text(sv="Filtypen stöds inte", en="Unsupported type"),
    422: Text(sv="Uppgifterna stämmer inte", en="The data is not right"),
    429: Text(sv="För många försök", en="Too many requests"),
    500: Text(sv="Något gick fel hos oss", en="Something went wrong on our side"),
    503: Text(sv="Tillfälligt otillgänglig", en="Temporarily unavailable"),
}
DETAILS = {
    404: Text(sv="Adressen finns inte. Kontrollera stavningen.", en="No such address. Check its spelling."),
    405: Text(
        sv="Adressen finns men tar inte emot den metoden.", en="The address exists but does not take that method."
    ),
    413: Text(sv="Det du skickade är större än vad som tas emot.", en="What you sent is larger than what is accepted."),
    500: Text(
        sv="Felet är loggat. Inget har sparats; försök gärna igen.",
        en="It has been logged. Nothing was saved; please try again.",
    ),
}

# Pydantic's error types: https://docs.pydantic.dev/latest/errors/validation_errors/
MESSAGES = {
    "missing": Text(sv="Fältet saknas. Fyll i det.", en="The field is missing. Fill it in."),
    "extra_forbidden": Text(sv="Fältet är okänt. Ta bort det.", en="The field is unknown. Remove it."),
    "json_invalid": Text(sv="Det är inte giltig JSON.", en="This is not valid JSON."),
    "string_type": Text(sv="Ange en text.", en="Give a text."),
    "string_too_short": Text(
        sv="Texten är för kort; minst {min_length} tecken.", en="Too short; at least {min_length} characters."
    ),
    "string_too_long": Text(
        sv="Texten är för lång; högst {max_length} tecken.", en="Too long; at most {max_length} characters."
    ),
    "string_pattern_mismatch": Text(sv="Texten har fel form.", en="The text does not have the right form."),
    "dict_type": Text(sv="Ange ett JSON-objekt.", en="Give a JSON object."),
    "int_type": Text(sv="Ange ett heltal.", en="Give a whole number."),
    "int_parsing": Text(sv="Ange ett heltal.", en="Give a whole number."),
    "int_from_float": Text(sv="Ange ett heltal, utan decimaler.", en="Give a whole number, without decimals."),
    "int_parsing_size": Text(sv="Talet är för stort.", en="The number is too large."),
    "float_type": Text(sv="Ange ett tal.", en="Give a number."),
    "float_parsing": Text(sv="Ange ett tal.", en="Give a number."),
    "bool_type": Text(sv="Ange true eller false.", en="Give true or false."),
    "bool_parsing": Text(sv="Ange true eller false.", en="Give true or false."),
    "greater_than": Text(sv="Ange ett tal större än {gt}.", en="Give a number greater than {gt}."),
    "greater_than_equal": Text(sv="Ange minst {ge}.", en="Give at least {ge}."),
    "less_than": Text(sv="Ange ett tal mindre än {lt}.", en="Give a number less than {lt}."),
    "less_than_equal": Text(sv="Ange högst {le}.", en="Give at most {le}."),
    "enum": Text(sv="Välj ett av: {expected}.", en="Choose one of: {expected}."),
    "literal_error": Text(sv="Välj ett av: {expected}.", en="Choose one of: {expected}."),
    "uuid_parsing": Text(sv="Ange ett giltigt id (UUID).", en="Give a valid id (UUID)."),
    "timezone_aware": Text(
        sv="Ange tiden med tidszon, till exempel 2026-05-01T09:00:00+02:00.",
        en="Give the time with its time zone, for example 2026-05-01T09:00:00+02:00.",
    ),
    "date_from_datetime_parsing": Text(sv="Ange ett datum som 2026-05-01.", en="Give a date like 2026-05-01."),
    "date_from_datetime_inexact": Text(sv="Ange ett datum som 2026-05-01.", en="Give a date like 2026-05-01."),
    "date_type": Text(sv="Ange ett datum som 2026-05-01.", en="Give a date like 2026-05-01."),
    "datetime_type": Text(
        sv="Ange en tid som 2026-05-01T09:00:00+02:00.", en="Give a time like 2026-05-01T09:00:00+02:00."
    ),
    "date_parsing": Text(sv="Ange ett datum som 2026-05-01.", en="Give a date like 2026-05-01."),
    "datetime_from_date_parsing": Text(
        sv="Ange en tid som 2026-05-01T09:00:00+02:00.", en="Give a time like 2026-05-01T09:00:00+02:00."
    ),
    "datetime_parsing": Text(
        sv="Ange en tid som 2026-05-01T09:00:00+02:00.", en="Give a time like 2026-05-01T09:00:00+02:00."
    ),
    "too_short": Text(sv="För lite; minst {min_length}.", en="Too little; at least {min_length}."),
    "too_long": Text(sv="För mycket; högst {max_length}.", en="Too much; at most {max_length}."),
    "list_type": Text(sv="Ange en lista.", en="Give a list."),
    "model_type": Text(sv="Ange ett objekt med fält.", en="Give an object with fields."),
    "model_attributes_type": Text(
        sv="Ange ett JSON-objekt, med Content-Type: application/json.",
        en="Give a JSON object, with Content-Type: application/json.",
    ),
}
WRONG = Text(sv="Värdet stämmer inte: {message}", en="The value is not right: {message}")


def language_of(request: Request) -> str:
    """The caller's language by `Accept-Language`: English when it comes before Swedish, otherwise Swedish."""
    wanted: list[tuple[float, str]] = []
    for part in request.headers.get("accept-language", "").split(","):
        tag, _, quality = part.strip().partition(";q=")
        try:
            if float(quality or 1) > 0:
                wanted.append((-float(quality or 1), tag[:2].lower()))
        except ValueError:
            continue
    return next((tag for _, tag in sorted(wanted, key=lambda w: w[0]) if tag in ("sv", "en")), "sv")


def problem(
    request: Request,
    status: int,
    code: str,
    detail: Text,
    violations: Sequence[Violation] = (),
    headers: dict[str, str] | None = None,
) -> JSONResponse:
    language = language_of(request)
    content: dict[str, Any] = {
        "type": "about:blank",
        "title": TITLES.get(status, TITLES[400]).in_language(language),
        "status": status,
        "code": code,
        "detail": detail.in_language(language),
    }
    if violations:
        content["violations"] = [
            {"field": v.field, "code": v.code, "message": v.message.in_language(language)} for v in violations
        ]
    return JSONResponse(content, status, {"Content-Language": language, **(headers or {})}, "application/problem+json")


def violation_of(error: dict[str, Any]) -> Violation:
    """One of pydantic's errors as ours. The input itself is never repeated."""
    context = error.get("ctx", {})
    field = ".".join(str(part) for part in error["loc"][1:]) or str(error["loc"][0])
    if isinstance(context.get("error"), FieldError):
        return Violation(field, context["error"].code, context["error"].text)
    if error["type"] == "json_invalid":
        field = "body"
    template = MESSAGES.get(error["type"], WRONG)
    values = {"message": error["msg"], **context}
    return Violation(field, error["type"], Text(sv=template.sv.format(**values), en=template.en.format(**values)))


def add_problem_handlers(app: FastAPI) -> None:
    @app.exception_handler(DomainError)
    async def refused(request: Request, error: DomainError) -> JSONResponse:
        return problem(request, error.status, error.code, error.text, error.violations, error.headers)

    @app.exception_handler(RequestValidationError)
    async def malformed(request: Request, error: RequestValidationError) -> JSONResponse:
        violations = [violation_of(dict(e)) for e in error.errors()]
        return problem(request, 422, "Invalid", Invalid().text, violations)

    @app.exception_handler(HTTPException)
    async def http_error(request: Request, error: HTTPException) -> JSONResponse:
        fallback = Text(sv=str(error.detail), en=str(error.detail))
        headers = dict(error.headers or {})
        detail = DETAILS.get(error.status_code, fallback)
        return problem(request, error.status_code, f"Http{error.status_code}", detail, headers=headers)

    @app.exception_handler(Exception)
    async def unplanned(request: Request, error: Exception) -> JSONResponse:
        log.error("a request failed", exc_info=error, path=route_of(request))
        return problem(request, 500, "Unplanned", DETAILS[500])

    @app.exception_handler(DBAPIError)
    @app.exception_handler(PoolTimeout)
    @app.exception_handler(OSError)
    async def away(request: Request, error: Exception) -> JSONResponse:
        if not isinstance(error, OSError) and not is_retryable(error):
            return await unplanned(request, error)
        log.error("a request failed at the database", exc_info=error, path=route_of(request))
        unavailable = Unavailable()
        return problem(request, 503, unavailable.code, unavailable.text, headers=unavailable.headers)


def route_of(request: Request) -> str:
    """The route's template, never the path itself: it may hold a reference."""
    return getattr(request.scope.get("route"), "path", "unknown")
