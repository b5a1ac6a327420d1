"""Health, metrics, traces, and how often memory is searched: the same for every process."""

import gc
from collections.abc import Awaitable, Callable
from functools import partial

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import DEFAULT_ON
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, generate_latest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from shared.logging import log
from shared.settings import Settings

Check = Callable[[], Awaitable[None]]
OBJECTS_BETWEEN_COLLECTIONS = 10_000


def configure_tracing(settings: Settings) -> None:
    """Make spans and send them on when an OTLP endpoint is set. Nobody reads them otherwise, and none are made."""
    if not settings.otel_exporter_otlp_endpoint or isinstance(trace.get_tracer_provider(), TracerProvider):
        return
    provider = TracerProvider(DEFAULT_ON, Resource.create({"service.name": settings.service}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    trace.set_tracer_provider(provider)


def freeze_gc() -> None:
    """Leave what is loaded out of every collection: walking it stopped a busy process for a tenth of a second."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS)


def health_routes(live: Check | None, ready: Check) -> list[Route]:
    """`live` raises when the process should be restarted, `ready` when it should not be sent work."""
    return [
        Route("/health/live", partial(_answer, live)),
        Route("/health/ready", partial(_answer, ready)),
        Route("/metrics", _metrics),
    ]


async def _answer(check: Check | None, _: Request) -> Response:
    try:
        if check is not None:
            await check()
    except Exception as error:  # whatever it is, the answer is no
        log.warning("not healthy", exc_info=error)
        return JSONResponse({"status": "unavailable"}, 503)
    return JSONResponse({"status": "ok"})


async def _metrics(_: Request) -> Response:
    return Response(generate_latest(REGISTRY), media_type=CONTENT_TYPE_LATEST)
