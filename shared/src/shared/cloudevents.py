"""Events on the wire: CloudEvents 1.0 in Kafka's binary mode, with the trace they were published in."""

from collections.abc import Mapping
from typing import Any

from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from pydantic_core import from_json

from shared.events import Event

# Only the trace: a caller's `baggage` and `tracestate` are the public's to write and must not travel further.
_TRACE = TraceContextTextMapPropagator()
TRACEPARENT = "traceparent"


def outbox_row(event: Event) -> dict[str, Any]:
    """An event as it waits to be sent. Its record's headers are made of it then, but for the trace."""
    headers: dict[str, str] = {}
    _TRACE.inject(headers)
    headers.pop("tracestate", None)
    return {
        "event_id": event.event_id,
        "topic": event.topic,
        "key": event.subject,
        "headers": headers,
        "value": event.model_dump_json().encode(),
        "created_at": event.occurred_at,
    }


def record_headers(kept: Mapping[str, str], key: str, value: bytes, municipality: str) -> dict[str, str]:
    """The headers of a record: what is kept of them, and all others unless it is a dead letter's, which has its own."""
    if kept.keys() <= {TRACEPARENT}:
        return {**_headers_of(from_json(value), key, municipality), **kept}
    return dict(kept)


def _headers_of(event: Mapping[str, Any], key: str, municipality: str) -> dict[str, str]:
    """Untraced, it begins a trace, which readers' logs can name. Correlation ids are unique, or batch links vanish."""
    event_id, kind = str(event["event_id"]), str(event["type"])
    trace_id = event_id.replace("-", "")
    return {
        "ce_specversion": "1.0",
        "ce_id": event_id,
        "ce_type": kind,
        "ce_source": f"/se/{municipality}/{kind.partition('.')[0]}",
        "ce_time": event["occurred_at"].replace("Z", "+00:00"),
        "ce_subject": key,
        "content-type": "application/json",
        "correlation_id": event_id,
        TRACEPARENT: f"00-{trace_id}-{trace_id[16:]}-00",
    }
