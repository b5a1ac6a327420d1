"""Events on the wire: CloudEvents 1.0 in Kafka's binary mode, with the trace they were published in."""

from typing import Any

from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from shared.clock import now
from shared.events import Event

# Only the trace: a caller's `baggage` and `tracestate` are the public's to write and must not travel further.
_TRACE = TraceContextTextMapPropagator()
TRACEPARENT = "traceparent"


def cloudevent_headers(event: Event, municipality: str) -> dict[str, str]:
    """The record's headers. The correlation id is unique, or OpenTelemetry's batch links vanish."""
    event_id = str(event.event_id)
    headers = {
        "ce_specversion": "1.0",
        "ce_id": event_id,
        "ce_type": event.type,
        "ce_source": source_of(event.service, municipality),
        "ce_time": event.occurred_at.isoformat(),
        "ce_subject": event.subject,
        "content-type": "application/json",
        "correlation_id": event_id,
    }
    _TRACE.inject(headers)
    headers.pop("tracestate", None)
    if TRACEPARENT not in headers:
        # Nothing is traced; the event begins a trace of its own, which its readers' logs can name.
        trace_id = event.event_id.hex
        headers[TRACEPARENT] = f"00-{trace_id}-{trace_id[16:]}-00"
    return headers


def source_of(service: str, municipality: str) -> str:
    """Where an event comes from: a service of one municipality, among all those of the country."""
    return f"/se/{municipality}/{service}"


def outbox_row(event: Event, municipality: str) -> dict[str, Any]:
    """An event as it waits to be sent."""
    headers = cloudevent_headers(event, municipality)
    return {
        "event_id": event.event_id,
        "topic": event.topic,
        "key": headers["ce_subject"],
        "headers": headers,
        "value": event.model_dump_json().encode(),
        "created_at": now(),
    }
