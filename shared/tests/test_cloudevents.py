"""What travels with an event besides itself."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from uuid import uuid4

from opentelemetry import baggage, context, trace
from opentelemetry.trace import NonRecordingSpan, SpanContext, TraceFlags, TraceState

from shared.events import HouseListed
from testkit.outbox import record_of

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


def headers_of(event: HouseListed) -> dict[str, str]:
    return {name: text.decode() for name, text in record_of(event).headers}


def test_an_event_carries_the_trace_it_was_published_in():
    with within_a_trace():
        headers = headers_of(event())

    assert headers["traceparent"] == f"00-{0xABC:032x}-{0xDEF:016x}-01"


def test_an_event_that_nothing_traces_begins_a_trace_of_its_own():
    published = event()

    headers = headers_of(published)

    assert headers["traceparent"].split("-")[1] == published.event_id.hex


def test_what_a_caller_put_in_the_baggage_or_the_state_of_the_trace_does_not_travel_further():
    with within_a_trace(person="anna@example.se"):
        headers = headers_of(event())

    assert "anna" not in str(headers)
    assert headers.keys().isdisjoint({"baggage", "tracestate"})


def test_an_event_is_its_own_correlation():
    first, second = event(), event()

    correlations = [headers_of(each)["correlation_id"] for each in (first, second)]

    assert correlations == [str(first.event_id), str(second.event_id)]
