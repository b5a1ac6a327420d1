"""What a live page is sent."""

import asyncio
from collections.abc import AsyncIterator

from portal import sse
from portal.static_files import StaticFiles


async def test_a_stream_begins_with_what_there_is_and_numbers_each_version():
    async def versions() -> AsyncIterator[tuple[str, list[str]]]:
        yield "1", [sse.partial("rad-a", '<tr id="rad-a"><td>Ny</td></tr>')]
        yield "2", ["<p>x</p>"]

    sent = [part async for part in sse.stream(versions()).body_iterator]

    assert sent[0] == b"retry: 3000\n\n"
    assert b"id: 1\n" in sent[1]
    assert b'<hx-partial hx-target="#rad-a" hx-swap="outerMorph"><tr' in sent[1]
    assert b"id: 2\n" in sent[2]


async def test_a_connection_where_nothing_happens_is_kept_alive(monkeypatch):
    monkeypatch.setattr(sse, "KEEP_ALIVE_SECONDS", 0)
    ended = asyncio.Event()

    async def versions() -> AsyncIterator[tuple[str, list[str]]]:
        await ended.wait()
        yield "1", []

    parts = aiter(sse.stream(versions()).body_iterator)
    sent = [await anext(parts), await anext(parts)]
    await parts.aclose()

    assert sent[1] == b": still here\n\n"


def test_what_makes_a_page_live_comes_in_one_file():
    htmx = StaticFiles().by_name["htmx.js"].content

    assert htmx.index(b"setTimeout(t)") < htmx.index(b'registerExtension("sse"')
