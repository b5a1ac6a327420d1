"""What the portal runs: `kommunbuss-serve portal.app:app`."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from fastapi import FastAPI
from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import Route

from portal.clients.base import Services
from portal.errors import HANDLERS, unplanned
from portal.i18n import Languages, languages_of
from portal.pages import look_of
from portal.providers import Providers
from portal.public import (
    case,
    checking,
    components,
    decision_party,
    eservices,
    events,
    feedback,
    house_offer,
    houses,
    information,
    job_ad,
    jobs,
    open_data,
    own_cases,
    own_decision,
    own_registration,
    permit_guide,
    procedures,
    referral,
    registration,
    rows,
    saving,
    sent,
    signing,
    start,
    steps,
    supplement,
    survey,
    times,
)
from portal.published import Published
from portal.security import SameOrigin, SecureHeaders
from portal.settings import PortalSettings
from portal.signing_in import router as signing_in
from portal.signing_in import sign_in_routes
from portal.sse import Changes
from portal.staff import (
    case_live,
    case_search,
    comments,
    definition_answers,
    definition_cases,
    definition_trials,
    definition_writing,
    definitions,
    delegated,
    fees,
    inbox,
    inbox_saved,
    participants,
    review,
    sessions,
    set_aside,
    statistics,
)
from portal.staff import cases as staff_cases
from portal.staff import surveys as staff_surveys
from portal.staff import times as staff_times
from portal.static_files import StaticFiles
from shared.clock import now
from shared.database import Database
from shared.logging import configure_logging
from shared.observability import configure_tracing, freeze_gc, health_routes
from shared.revisions import require_ready
from web.edge import CatchUnplanned, Edge
from web.internal import serving
from web.server import require_bounds

FORMS = (permit_guide, eservices, sent, times, saving, checking, steps, rows, signing, survey)
OFFERS = (house_offer, houses, job_ad, jobs, events, registration, own_registration)
"""Of two that know an address, the first answers."""
OF_CASES = (own_cases, case, feedback, supplement, own_decision, decision_party, referral)
WORK = (inbox, inbox_saved, participants, review, set_aside, statistics, comments)
OF_DEFINITIONS = (definitions, definition_writing, definition_trials, definition_answers, definition_cases)
OF_THE_BUSINESS_OFFICE = (staff_surveys, staff_times)
ROUTERS = (
    start.router,
    information.router,
    open_data.router,
    procedures.router,
    signing_in,
    sessions.router,
    *(family.router for family in (*FORMS, *OFFERS, *OF_CASES, *WORK, *OF_DEFINITIONS, *OF_THE_BUSINESS_OFFICE)),
    case_search.router,
    case_live.router,
    staff_cases.router,
    delegated.router,
    fees.router,
)
FORM_AROUND_A_FILE = 1024 * 1024


def create_app(settings: PortalSettings) -> FastAPI:
    configure_tracing(settings)
    app = _bare(settings)
    languages = languages_of(settings)
    files = StaticFiles()
    app.state.settings = settings
    app.state.database = Database(settings)
    app.state.clock = now
    app.state.look = look_of(settings, languages, files)
    app.state.providers = Providers(settings)
    app.state.services = Services(settings)
    app.state.changes = Changes()
    app.state.published = Published()
    app.state.internal = _internal(app, settings)
    app.router.routes.append(Route("/static/{name}", files.answer))
    app.router.routes.extend(sign_in_routes(settings))
    for router in (*ROUTERS, *(() if settings.in_production else (components.router,))):
        app.include_router(router)
    _add_layers(app, settings, languages)
    return app


def _bare(settings: PortalSettings) -> FastAPI:
    return FastAPI(
        title="Kommunbuss: portal",
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        telemetry={"metrics": False, "logs": False, "operation_spans": False},
        exception_handlers=HANDLERS,
        lifespan=_while_it_runs,
    )


def _add_layers(app: FastAPI, settings: PortalSettings, languages: Languages) -> None:
    """Each layer is around those before it."""
    app.add_middleware(CatchUnplanned, answer=unplanned)
    app.add_middleware(RequestBodyLimitMiddleware, max_body_size=settings.max_attachment_bytes + FORM_AROUND_A_FILE)
    app.add_middleware(SameOrigin, origin=settings.portal_url)
    app.add_middleware(languages.layer)
    app.add_middleware(GZipMiddleware, minimum_size=1000)
    app.add_middleware(SecureHeaders)
    app.add_middleware(Edge)


def _internal(app: FastAPI, settings: PortalSettings) -> FastAPI:
    internal = FastAPI(openapi_url=None)
    internal.state = app.state
    ready = partial(require_ready, app.state.database, settings.service)
    internal.router.routes.extend(health_routes(None, ready))
    return internal


@asynccontextmanager
async def _while_it_runs(app: FastAPI) -> AsyncIterator[None]:
    settings: PortalSettings = app.state.settings
    configure_logging(settings.service, settings.log_level)
    require_bounds(settings)
    freeze_gc()
    async with serving(app.state.internal, settings), app.state.services:
        yield
    await app.state.database.close()


app = create_app(PortalSettings())
