"""An API: what the public may ask on one port, and what the municipality's own processes may on another."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from functools import partial
from types import MappingProxyType
from typing import Any

from fastapi import APIRouter, FastAPI
from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.middleware.cors import CORSMiddleware

from definitions.kinds import Trials
from definitions.published import Published, watching
from shared.clock import now
from shared.database import Database
from shared.logging import configure_logging
from shared.observability import configure_tracing, freeze_gc, health_routes
from shared.revisions import require_ready
from shared.settings import Settings
from web.bodies import BodyBudget, ExplainTooLarge
from web.docs import docs_routes
from web.edge import CatchUnplanned, Edge
from web.internal import serving
from web.limits import Limiter, RateLimit
from web.openapi import Api, Layer
from web.problems import HANDLERS
from web.router import submissions_of
from web.security import SecurityLog
from web.server import require_bounds
from web.staff import staff_issuer
from web.submissions import Submissions
from web.turns import Turns

OPENAPI = "/openapi.json"
READABLE = ["Content-Language", "ETag", "Idempotency-Replayed", "Location", "Retry-After"]
SENDABLE = ["Authorization", "Content-Type", "Idempotency-Key", "If-Match", "X-Application-Secret"]
"""Headers that a page from one of CORS_ORIGINS may read and send, besides the safelisted ones."""


def create_api(
    settings: Settings,
    *routers: APIRouter,
    description: str,
    internal: Sequence[APIRouter] = (),
    schemes: Mapping[str, dict[str, str]] = MappingProxyType({}),
    at_start: Callable[[], None] = lambda: None,
    published: Mapping[Published[Any], Trials[Any]] = MappingProxyType({}),
    beside: Callable[[Database], AbstractAsyncContextManager[Any]] = nullcontext,
) -> FastAPI:
    """An HTTP process: it needs its database and nothing else.

    What is `internal` is served beside health and metrics, on a port of their own. `schemes` are ways to sign in
    besides staff's, as OpenAPI has them. `at_start` is called when the log is ready.
    `published` are the definitions that staff change while it runs, and how each kind is tried. `beside` is held open
    while it runs.
    """
    configure_tracing(settings)
    app = _app(settings, description, lifespan=_while_it_runs, openapi_url=OPENAPI if settings.shows_docs else None)
    app.state.settings, app.state.database = settings, Database(settings)
    app.state.limiter = Limiter(settings)
    app.state.security = SecurityLog(settings)
    app.state.in_progress, app.state.published = set(), published
    app.state.schemes, app.state.at_start, app.state.beside = schemes, at_start, beside
    app.state.clock, app.state.issuer = now, staff_issuer(settings)
    app.state.internal = _internal(app, settings, internal)
    if settings.shows_docs:
        app.router.routes.extend(docs_routes(OPENAPI))
    for router in routers:
        app.include_router(router)
    _add_public_layers(app, settings, routers)
    return app


@asynccontextmanager
async def _while_it_runs(app: FastAPI) -> AsyncIterator[None]:
    settings: Settings = app.state.settings
    configure_logging(settings.service, settings.log_level)
    require_bounds(settings)
    app.state.at_start()
    freeze_gc()
    async with (
        watching(app.state.database, list(app.state.published)),
        serving(app.state.internal, settings),
        app.state.beside(app.state.database),
    ):
        yield
    await app.state.database.close()


def _internal(api: FastAPI, settings: Settings, routers: Sequence[APIRouter]) -> FastAPI:
    app = _app(settings, "What our own processes ask, on a port that no proxy leads to.", openapi_url=None)
    app.title = "Kommunbuss: internal"
    app.state = api.state
    app.router.routes.extend(health_routes(None, partial(require_ready, app.state.database, settings.service)))
    for router in routers:
        app.include_router(router)
    _add_layers(app, settings)
    app.add_middleware(Edge)
    return app


def _app(settings: Settings, description: str, **options: Any) -> Api:
    return Api(
        title=f"Kommunbuss: {settings.service}",
        description=description,
        version="1",
        servers=[{"url": "/", "description": "Where this document was read."}],
        license_info={"name": "European Union Public Licence 1.2", "identifier": "EUPL-1.2"},
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        telemetry={"metrics": False, "logs": False, "operation_spans": False},
        exception_handlers=HANDLERS,
        **options,
    )


def _add_layers(app: FastAPI, settings: Settings) -> None:
    app.add_middleware(CatchUnplanned)
    app.add_middleware(RequestBodyLimitMiddleware, max_body_size=settings.max_body_bytes)
    app.add_middleware(ExplainTooLarge)


def _add_public_layers(app: Api, settings: Settings, routers: Sequence[APIRouter]) -> None:
    """Each layer is around those before it."""
    _add_layers(app, settings)
    answered_by = submissions_of(*routers)
    app.layers = [
        partial(Submissions, answered_by=answered_by, errors=app.exception_handlers, largest=settings.max_body_bytes),
        partial(BodyBudget, largest=max(settings.max_body_bytes, settings.max_attachment_bytes)),
        Turns,
        partial(RateLimit, limiter=app.state.limiter),
        Edge,
        *([_cors(settings)] if settings.cors_origins else []),
    ]


def _cors(settings: Settings) -> Layer:
    return partial(
        CORSMiddleware,
        allow_origins=settings.origins,
        allow_methods=["GET", "POST"],
        allow_headers=SENDABLE,
        expose_headers=READABLE,
    )
