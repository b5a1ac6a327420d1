"""What an operation may answer besides its success, as OpenAPI has it: taken from the error classes themselves."""

from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel, Field

from shared.errors import (
    DomainError,
    Forbidden,
    Invalid,
    TooManyRequests,
    Unauthorized,
    Unavailable,
    Violation,
)
from shared.staff import NotYourUnit
from web.bodies import TooBusy
from web.idempotency import KeyReused, StillInProgress
from web.json_body import NotUtf8
from web.problems import (
    MEDIA_TYPE,
    TITLES,
    HeadTooLarge,
    Malformed,
    MaybeSaved,
    NotOneHost,
    TooLarge,
    TooManyConnections,
    TooSlow,
    Unplanned,
)

Responses = dict[str | int, dict[str, Any]]
"""By status, as text."""


class ViolationShown(BaseModel):
    """One thing that is wrong with one field."""

    field: str = Field(
        description="Its path, such as `owner.email` or `answers.boreholes.0.length_m`.", examples=["owner.email"]
    )
    code: str = Field(description="For programs: never translated.", examples=["missing"])
    message: str = Field(
        description="For people, in the language of the answer: what to do about it.", examples=["Fill in the field."]
    )

    @classmethod
    def of(cls, one: Violation, language: str) -> "ViolationShown":
        return cls(field=one.field, code=one.code, message=one.message.in_language(language))


class Problem(BaseModel):
    """What every refusal looks like (RFC 9457)."""

    type: str
    title: str
    status: int
    code: str = Field(description="The situation, for programs: never translated.")
    detail: str = Field(description="The situation and the remedy, for people, in the language of the answer.")
    violations: list[ViolationShown] = Field(
        [], description="With 422 every field that is wrong, with 412 what was changed."
    )


WRONG_FIELD = {"field": "owner.email", "code": "missing", "message": "Fill in the field."}
HEADERS = {
    "Content-Language": {"description": "The language of the texts.", "schema": {"type": "string"}},
    "Retry-After": {"description": "Seconds to wait before the next try.", "schema": {"type": "string"}},
    "WWW-Authenticate": {"description": "How to sign in.", "schema": {"type": "string"}},
}
OF_EVERYTHING = (
    Unplanned,
    Unavailable,
    TooManyRequests,
    HeadTooLarge,
    TooSlow,
    TooManyConnections,
    NotOneHost,
    Malformed,
)
OF_A_ROLE = (Unauthorized, Forbidden, NotYourUnit)
OF_INPUT = (Invalid,)
OF_A_BODY = (TooLarge, NotUtf8, TooBusy)
OF_A_POST = (MaybeSaved,)
OF_A_KEY = (KeyReused, StillInProgress)


def refusals(*errors: type[DomainError]) -> Responses:
    """For a route's `responses`: what its handler may raise."""
    found: Responses = {}
    for error in errors:
        merge(found, {str(error.status): _response(error)})
    return found


def merge(into: Responses, more: Responses) -> None:
    """Add the refusals, and to those of a status that is there already, their codes."""
    for status, response in more.items():
        known = into.setdefault(status, response)
        always = known["headers"].keys() & response["headers"].keys()
        headers = {**known["headers"], **response["headers"]}
        known["headers"] = {name: {**header, "required": name in always} for name, header in headers.items()}
        content = known["content"][MEDIA_TYPE]
        content["examples"] = {**content["examples"], **response["content"][MEDIA_TYPE]["examples"]}


def _response(error: type[DomainError]) -> dict[str, Any]:
    text = " ".join((error.__doc__ or "").split())
    title = TITLES[error.status].en
    value: dict[str, Any] = {
        "type": "about:blank",
        "title": title,
        "status": error.status,
        "code": error.__name__,
        "detail": text,
    }
    if error is Invalid:
        value["violations"] = [WRONG_FIELD]
    examples = {error.__name__: {"summary": text.partition(". ")[0].rstrip("."), "value": value}}
    schema = {"$ref": "#/components/schemas/Problem"}
    return {
        "description": title,
        "headers": _headers({"Content-Language", *error.headers}),
        "content": {MEDIA_TYPE: {"schema": schema, "examples": examples}},
    }


def _headers(names: Iterable[str]) -> dict[str, Any]:
    return {name: {**HEADERS[name], "required": True} for name in sorted(names)}
