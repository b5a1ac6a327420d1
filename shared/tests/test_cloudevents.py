"""What travels with an event besides itself."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from uuid import uuid4

from opentelemetry import baggage, context, trace
from opentelemetry.trace import NonRecordingSpan, SpanContext, TraceFlags, TraceState

from shared.cloudevents import cloudevent_headers
from shared.events import HouseListed

MUNICIPALITY = "2380"
TRACE = SpanContext(
    trace_id=0xABC,
    span_id=0xDEF,
    is_remote=True,
    trace_flags=TraceFlags(TraceFlags.SAMPLED),
    trace_state=TraceState([("person", "anna")]),
)


@contextmanager
def within_a_trace(**carried: str) -> Iterator[None]:
    """As a request with a `traceparent` and with `baggage` is handled."""
    with ExitStack() as stack:
        for name, value in carried.items():
            token = context.attach(baggage.set_baggage(name, value))
            stack.callback(context.detach, token)
        stack.enter_context(trace.use_span(NonRecordingSpan(TRACE)))
        yield


def event() -> HouseListed:
    return HouseListed(house_id=uuid4(), owner_contact_id=uuid4())


def test_an_event_carries_the_trace_it_was_published_in():
    with within_a_trace():
        headers = cloudevent_headers(event(), MUNICIPALITY)

    assert headers["traceparent"] == f"00-{0xABC:032x}-{0xDEF:016x}-01"


def test_an_event_that_nothing_traces_begins_a_trace_of_its_own():
    published = event()

    headers = cloudevent_headers(published, MUNICIPALITY)

    assert headers["traceparent"].split("-")[1] == published.event_id.hex


def test_what_a_caller_put_in_the_baggage_or_the_state_of_the_trace_does_not_travel_further():
    with within_a_trace(person="anna@example.se"):
        headers = cloudevent_headers(event(), MUNICIPALITY)

    assert "anna" not in str(headers)
    assert headers.keys().isdisjoint({"baggage", "tracestate"})


def test_an_event_is_its_own_correlation():
    first, second = event(), event()

    correlations = [cloudevent_headers(each, MUNICIPALITY)["correlation_id"] for each in (first, second)]

    assert correlations == [str(first.event_id), str(second.event_id)]
