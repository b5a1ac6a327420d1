"""JSON as its schemas read it: 1.0 is an integer, NaN is not a number, and a name stands once in an object."""

import json
from collections.abc import Callable, Coroutine
from functools import cached_property
from typing import Any, ClassVar

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from python_multipart.multipart import parse_options_header
from starlette.datastructures import Headers

from shared.errors import DomainError

LARGEST_EXACT = 2**53
MOST_NAMES = 1_000
"""In one object. What is wrong is said of each, so that many names are much work."""
UNREADABLE = {"type": "json_invalid", "loc": ("body",), "msg": "unreadable", "input": None}
NOT_JSON = {"type": "model_attributes_type", "loc": ("body",), "msg": "not JSON", "input": None}


class NotUtf8(DomainError):
    """Send text as UTF-8, and name no other `charset` in Content-Type."""

    status: ClassVar[int] = 415
    sv: ClassVar[str] = "Skicka text som UTF-8, och ange ingen annan `charset` i Content-Type."


def read(body: bytes) -> Any:
    """Raises JSONDecodeError, whose `msg` is a code."""
    try:
        return _DECODER.decode(body.decode())
    except _WrongNames as error:
        raise json.JSONDecodeError(str(error), "", 0) from None
    except (ValueError, RecursionError):
        raise json.JSONDecodeError("json_invalid", "", 0) from None


class _WrongNames(ValueError):
    """Its text is a code."""


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _WrongNames("duplicate_name")
    if len(found) > MOST_NAMES:
        raise _WrongNames("too_many_names")
    return found


def _number(text: str) -> float:
    value = float(text)
    return int(value) if value.is_integer() and abs(value) < LARGEST_EXACT else value


def _refuse(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


_DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_float=_number, parse_constant=_refuse)
_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"))


class FoundHeaders(Headers):
    """Headers to find by their names; Starlette looks through all of them each time."""

    def __init__(self, raw: list[tuple[bytes, bytes]]) -> None:
        super().__init__(raw=raw)
        self._first = dict(reversed(raw))

    def __getitem__(self, name: str) -> str:
        return self._first[name.lower().encode("latin-1")].decode("latin-1")

    def get(self, name: str, default: Any = None) -> Any:
        """Without an exception when it is missing, as most are."""
        found = self._first.get(name.lower().encode("latin-1"))
        return default if found is None else found.decode("latin-1")


class JsonRequest(Request):
    """A request whose JSON is read so, once."""

    _json: Any

    @cached_property
    def headers(self) -> Headers:
        return FoundHeaders(self.scope["headers"])

    async def json(self) -> Any:
        if not hasattr(self, "_json"):
            self._json = read(await self.body())
        return self._json


def is_json(request: Request) -> bool:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    return kind == "application/json" or (kind.startswith("application/") and kind.endswith("+json"))


async def body_of(request: Request) -> Any:
    """What the body says. Raises RequestValidationError when it is not JSON."""
    require_utf8(request)
    if not is_json(request):
        raise RequestValidationError([NOT_JSON])
    try:
        return await request.json()
    except json.JSONDecodeError as error:
        raise RequestValidationError([{**UNREADABLE, "ctx": {"error": error.msg}}]) from None


async def canonical(request: Request) -> bytes:
    """The body, written the same whatever its spaces, escapes and order of names if it is JSON."""
    if is_json(request):
        try:
            return _ENCODER.encode(await request.json()).encode()
        except (ValueError, RecursionError):
            pass
    return await request.body()


class JsonRoute(APIRoute):
    """A route that reads JSON so, and all text as UTF-8."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def handled(request: Request) -> Response:
            require_utf8(request)
            return await handle(JsonRequest(request.scope, request.receive))

        return handled


def require_utf8(request: Request) -> None:
    """Raise NotUtf8 when another is named. Some that a client could name take CPython minutes."""
    content_type = request.headers.get("content-type", "")
    _, parameters = parse_options_header(content_type) if "charset" in content_type.lower() else ("", {})
    if parameters.get(b"charset", b"utf-8").lower() not in (b"utf-8", b"utf8", b"us-ascii"):
        raise NotUtf8
