"""Health, metrics and traces, the same for every process."""

from collections.abc import Awaitable, Callable

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


def configure_tracing(settings: Settings) -> None:
    """Make spans and send them on when an OTLP endpoint is set. Nobody reads them otherwise, and none are made."""
    if not settings.otel_exporter_otlp_endpoint or isinstance(trace.get_tracer_provider(), TracerProvider):
        return
    provider = TracerProvider(DEFAULT_ON, Resource.create({"service.name": settings.service}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    trace.set_tracer_provider(provider)


def health_routes(live: Check | None, ready: Check) -> list[Route]:
    """`live` raises when the process should be restarted, `ready` when it should not be sent work."""

    async def answer(check: Check | None) -> Response:
        try:
            if check is not None:
                await check()
        except Exception as error:  # whatever it is, the answer is no
            log.warning("not healthy", exc_info=error)
            return JSONResponse({"status": "unavailable"}, 503)
        return JSONResponse({"status": "ok"})

    async def health_live(_: Request) -> Response:
        return await answer(live)

    async def health_ready(_: Request) -> Response:
        return await answer(ready)

    async def metrics(_: Request) -> Response:
        return Response(generate_latest(REGISTRY), media_type=CONTENT_TYPE_LATEST)

    return [
        Route("/health/live", health_live),
        Route("/health/ready", health_ready),
        Route("/metrics", metrics),
    ]
