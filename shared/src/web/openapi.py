"""The OpenAPI document: FastAPI's, completed with what every operation of ours has by being one."""

from collections.abc import Callable, Iterator, Sequence
from functools import reduce
from typing import Any, cast

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, RouteContext, iter_route_contexts
from starlette.types import ASGIApp

from web import refusals
from web.examples import example_of
from web.language import language_of_answer
from web.router import Route
from web.staff import RequireRole

Layer = Callable[[ASGIApp], ASGIApp]
JSON = "application/json"
ACCEPT_LANGUAGE = {
    "name": "Accept-Language",
    "in": "header",
    "description": "The language of texts and errors: Swedish, unless English is preferred.",
    "schema": {"type": "string"},
    "example": "en",
}
IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "A random key for this request. Sent again with the same key, it is carried out once and gets the "
    "first answer again; the key is kept for a day.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255},
    "example": "2f1c8a34-6c0f-4a7e-9d53-0b8f6f1f6a52",
}
HEADERS: dict[str, dict[str, Any]] = {
    "Content-Language": {"description": "The language of the texts.", "required": True, "schema": {"type": "string"}},
    "Location": {"description": "Where it is.", "required": True, "schema": {"type": "string"}},
    "Idempotency-Replayed": {
        "description": "Whether this is the first answer, given again.",
        "schema": {"type": "string", "const": "true"},
    },
}
USUAL_ISSUER = "https://login.kommun.example"
OF_FASTAPI = ("HTTPValidationError", "ValidationError")
"""What FastAPI says that a 422 is, and ours is not."""


class Api(FastAPI):
    """An API whose document says all that it does, and with layers around all that FastAPI has."""

    layers: Sequence[Layer] = ()
    """The innermost first."""

    def build_middleware_stack(self) -> ASGIApp:
        return reduce(lambda app, layer: layer(app), self.layers, super().build_middleware_stack())

    def openapi(self) -> dict[str, Any]:
        if self.openapi_schema is None:
            document = super().openapi()
            components = document.setdefault("components", {})
            components["parameters"] = {"AcceptLanguage": ACCEPT_LANGUAGE, "IdempotencyKey": IDEMPOTENCY_KEY}
            schemas = components.setdefault("schemas", {})
            schemas |= _problem_schemas()
            for name in OF_FASTAPI:
                schemas.pop(name, None)
            for operation, route in _operations(self, document):
                _complete(operation, route, schemas)
            if schemes := self._security_schemes(document):
                components["securitySchemes"] = schemes
            _complete_schemas(schemas)
        return cast(dict[str, Any], self.openapi_schema)

    def _security_schemes(self, document: dict[str, Any]) -> dict[str, Any]:
        """The ways to sign in that some operation names."""
        operations = [operation for item in document["paths"].values() for operation in item.values()]
        named = {name for operation in operations for one in operation["security"] for name in one}
        known = {**self._schemes_of_staff(), **self.state.schemes}
        return {name: scheme for name, scheme in known.items() if name in named}

    def _schemes_of_staff(self) -> dict[str, Any]:
        issuer = (self.state.settings.oidc_issuer or USUAL_ISSUER).rstrip("/")
        return {
            "openId": {
                "type": "openIdConnect",
                "openIdConnectUrl": f"{issuer}/.well-known/openid-configuration",
                "description": "Staff sign in with the municipality's issuer; the token's `roles` decide. A "
                "service signs in for itself with client credentials, for the role `contact-reader`.",
            },
            "token": {
                "type": "http",
                "scheme": "bearer",
                "bearerFormat": "JWT",
                "description": "The same token, already at hand (in the embedded system: `make staff-token`).",
            },
        }


def _operations(app: FastAPI, document: dict[str, Any]) -> Iterator[tuple[dict[str, Any], RouteContext]]:
    routes = (route for route in iter_route_contexts(app.routes) if isinstance(route.original_route, APIRoute))
    for route in routes:
        for method in route.methods or ():
            yield document["paths"][route.path_format][method.lower()], route


def _complete(operation: dict[str, Any], route: RouteContext, schemas: dict[str, Any]) -> None:
    """Add what the router itself does to the operation."""
    text = " ".join(operation.get("description", "").split())
    operation["summary"] = text.partition(". ")[0].rstrip(".")
    operation["description"] = text
    has_key = "POST" in (route.methods or ()) and isinstance(route.original_route, Route)
    roles = sorted({role for call in _calls(route.dependant) if isinstance(call, RequireRole) for role in call.roles})
    if roles:
        operation["security"] = [{"openId": roles}, {"token": roles}]
    operation.setdefault("security", [])
    parameters = [{"$ref": "#/components/parameters/AcceptLanguage"}]
    parameters += [{"$ref": "#/components/parameters/IdempotencyKey"}] if has_key else []
    own = [one | ({"allowEmptyValue": True} if one["in"] == "query" else {}) for one in operation.get("parameters", [])]
    operation["parameters"] = [*own, *parameters]
    _complete_success(operation, route, has_key)
    _add_refusals(operation, route, has_key, bool(roles))
    _add_examples(operation, schemas)


def _complete_success(operation: dict[str, Any], route: RouteContext, has_key: bool) -> None:
    status = str(route.status_code or 200)
    success = operation["responses"][status]
    success["description"] = {"201": "Saved"}.get(status, "As asked for")
    named = {
        "Location": status == "201",
        "Idempotency-Replayed": has_key,
        "Content-Language": language_of_answer in _calls(route.dependant),
    }
    if headers := {name: HEADERS[name] for name, has in named.items() if has}:
        success["headers"] = headers


def _add_refusals(operation: dict[str, Any], route: RouteContext, has_key: bool, has_role: bool) -> None:
    errors = [*refusals.OF_EVERYTHING, *refusals.OF_INPUT]
    errors += refusals.OF_A_ROLE if has_role else ()
    errors += refusals.OF_A_BODY if "requestBody" in operation else ()
    errors += refusals.OF_A_POST if "POST" in (route.methods or ()) else ()
    errors += refusals.OF_A_KEY if has_key else ()
    if OF_FASTAPI[0] in str(operation["responses"].get("422")):
        del operation["responses"]["422"]
    refusals.merge(operation["responses"], refusals.refusals(*errors))
    operation["responses"] = dict(sorted(operation["responses"].items()))


def _add_examples(operation: dict[str, Any], schemas: dict[str, Any]) -> None:
    places = [operation.get("requestBody", {}), *operation["responses"].values()]
    contents = [content for place in places if JSON in (content := place.get("content", {}))]
    for content in contents:
        content[JSON].setdefault("example", example_of(content[JSON]["schema"], schemas))


def _calls(dependant: Dependant) -> Iterator[object]:
    for dependency in dependant.dependencies:
        yield dependency.call
        yield from _calls(dependency)


def _problem_schemas() -> dict[str, Any]:
    problem = refusals.Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    return {**problem.pop("$defs"), "Problem": problem}


def _complete_schemas(schemas: dict[str, Any]) -> None:
    """What is sent and what is answered have a title each; a file is bytes, also to who knows no `contentMediaType`."""
    for name in (name for name in schemas if "-" in name):
        schemas[name]["title"] = name.replace("-", "")
    fields = [field for schema in schemas.values() for field in schema.get("properties", {}).values()]
    for field in (field for field in fields if "contentMediaType" in field):
        field["format"] = "binary"
