"""Holds every answer that a test gets against the API's own OpenAPI document."""

import re
from functools import cache
from typing import Any

import httpx
from jsonschema import Draft202012Validator
from jsonschema.protocols import Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

BESIDE = re.compile("/(health/|metrics|docs|openapi.json)")
"""What is served beside the API and is not in its document."""
PROBLEM = "application/problem+json"


class Undocumented(AssertionError):
    """An answer that the document does not tell of."""


class Contract:
    """An API's document. `await contract.check(response)` raises Undocumented when the answer breaks it."""

    def __init__(self, document: dict[str, Any]) -> None:
        self._paths = {_pattern_of(path): (path, item) for path, item in document["paths"].items()}
        self._registry = Registry().with_resource("urn:api", DRAFT202012.create_resource(document))
        self._validator = cache(self._compiled)

    async def check(self, response: httpx.Response) -> None:
        await response.aread()
        method, path = response.request.method.lower(), response.request.url.path
        if method == "options" or BESIDE.match(path):
            return
        found = next((known for pattern, known in self._paths.items() if pattern.fullmatch(path)), None)
        verb = "get" if method == "head" else method
        operation = found and found[1].get(verb)
        if found is None or operation is None:
            self._check_missing(response, 404 if found is None else 405)
            return
        where = f"{method.upper()} {found[0]} {response.status_code}"
        documented = operation["responses"].get(str(response.status_code))
        if documented is None:
            raise Undocumented(f"{where}: the status is not documented; the answer was {response.text}")
        for name, header in documented.get("headers", {}).items():
            if header.get("required") and name not in response.headers:
                raise Undocumented(f"{where}: the header {name} is missing")
        if method != "head":
            place = ("paths", found[0], verb, "responses", str(response.status_code), "content")
            self._check_body(response, where, documented.get("content", {}), place)

    def _check_missing(self, response: httpx.Response, status: int) -> None:
        if response.status_code not in (status, 413, 429) or response.headers["content-type"] != PROBLEM:
            raise Undocumented(f"{response.request.method} {response.request.url.path} {response.status_code}")

    def _check_body(
        self, response: httpx.Response, where: str, content: dict[str, Any], place: tuple[str, ...]
    ) -> None:
        media_type = response.headers.get("content-type", "").partition(";")[0]
        if not (content or response.content):
            return
        if media_type not in content:
            raise Undocumented(f"{where}: the content type {media_type} is not documented")
        body: Any = response.json() if media_type.endswith("json") else response.content.decode("latin-1")
        schema = self._validator(_pointer(*place, media_type, "schema"))
        if error := next(schema.iter_errors(body), None):
            raise Undocumented(f"{where}: {error.json_path}: {error.message}")
        if media_type == PROBLEM and body["code"] not in content[media_type]["examples"]:
            raise Undocumented(f"{where}: the code {body['code']} is not documented")

    def _compiled(self, pointer: str) -> Validator:
        schema = {"$ref": f"urn:api#{pointer}"}
        return Draft202012Validator(schema, registry=self._registry, format_checker=Draft202012Validator.FORMAT_CHECKER)


def _pointer(*steps: str) -> str:
    return "".join(f"/{step.replace('~', '~0').replace('/', '~1')}" for step in steps)


def _pattern_of(path: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(path)))
