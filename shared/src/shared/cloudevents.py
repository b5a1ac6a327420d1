"""Events on the wire: CloudEvents 1.0 in Kafka's binary mode, with the trace they were published in."""

import re
from collections.abc import Mapping
from typing import Any

from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from pydantic_core import to_json

from shared.events import Event

# Only the trace: a caller's `baggage` and `tracestate` are the public's to write and must not travel further.
_TRACE = TraceContextTextMapPropagator()
TRACEPARENT = "traceparent"
_BEGINNING = re.compile(rb'^{"type":"([^"]+)","event_id":"([^"]+)","occurred_at":"([^"]+)"')


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
        "value": to_json(event),
        "created_at": event.occurred_at,
    }


def record_headers(kept: Mapping[str, str], key: str, value: bytes, municipality: str) -> list[tuple[str, bytes]]:
    """The headers of a record: what is kept of them, and all others unless it is a dead letter's, which has its own."""
    if kept.keys() <= {TRACEPARENT}:
        return _headers_of(value, key, municipality, kept.get(TRACEPARENT))
    return [(name, text.encode()) for name, text in kept.items()]


def _headers_of(value: bytes, key: str, municipality: str, trace: str | None) -> list[tuple[str, bytes]]:
    """Untraced, it begins a trace, which readers' logs can name. Correlation ids are unique, or batch links vanish."""
    kind, event_id, at = _BEGINNING.findall(value)[0]
    trace_id = event_id.replace(b"-", b"")
    return [
        ("ce_specversion", b"1.0"),
        ("ce_id", event_id),
        ("ce_type", kind),
        ("ce_source", f"/se/{municipality}/".encode() + kind.partition(b".")[0]),
        ("ce_time", at.replace(b"Z", b"+00:00")),
        ("ce_subject", key.encode()),
        ("content-type", b"application/json"),
        ("correlation_id", event_id),
        (TRACEPARENT, trace.encode() if trace else b"00-%b-%b-00" % (trace_id, trace_id[16:])),
    ]
