"""HTTP as uvicorn speaks it, within bounds: who sends slowly, sends without end or does not read is cut off."""

import asyncio
import json
from enum import StrEnum
from typing import Any, ClassVar

from prometheus_client import Counter
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

CUT_OFF = Counter("kommunbuss_http_cut_off", "Connections that were ended, by why.", ["reason"])


class Part(StrEnum):
    """What is being received."""

    HEAD = "head"
    BODY = "body"
    NOTHING = "nothing"


class BoundedProtocol(HttpToolsProtocol):
    """One connection."""

    largest_head = 32 * 1024
    """Bytes of a request's line and headers; a browser sends two or three thousand."""
    head_seconds = 10.0
    body_pause_seconds = 20.0
    """How long a body may stand still."""
    slowest_body = 4 * 1024
    """Bytes a second, on average over a body. A telephone with bad reception sends ten times that."""
    largest_ignored = 16 * 1024 * 1024
    """Bytes of a body that are still received when it has been answered: most clients look for an answer afterwards."""
    answer_seconds = 20.0
    """How long an answer may wait for its reader."""
    largest_unread = 32 * 1024 * 1024
    """Bytes of answers of the process that wait for their readers. Beyond, who waits longest is cut off."""

    unread: ClassVar[dict["BoundedProtocol", int]] = {}
    """The process's connections whose answers wait to be read, longest first, each with its bytes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._most_connections, self.limit_concurrency = self.limit_concurrency, None
        self._part = Part.HEAD
        self._received = 0
        self._is_last = False
        self._receiving: asyncio.TimerHandle | None = None
        self._answering: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)  # type: ignore[arg-type]
        self._idle_since = self.loop.time()
        if self._is_one_too_many():
            self._refuse("connections", 503, "TooManyConnections", "Too many are connected. Try again in a moment.")
        else:
            self._watch()

    def _is_one_too_many(self) -> bool:
        """Whether there is room for no more, also when whoever has longest asked for nothing is cut off."""
        if self._most_connections is None or len(self.connections) <= self._most_connections:
            return False
        idle = [one for one in self.connections if isinstance(one, BoundedProtocol) and one._is_idle()]
        longest = min(idle, key=lambda one: one._idle_since)
        if longest is not self:
            longest._cut("idle")
        return longest is self

    def _is_idle(self) -> bool:
        return self._part is not Part.BODY and (self.cycle is None or self.cycle.response_complete)

    def connection_lost(self, exc: Exception | None) -> None:
        self._receiving = _cancelled(self._receiving)
        self._answering = _cancelled(self._answering)
        self.unread.pop(self, None)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self.transport.is_closing():
            return
        self._received += len(data)
        super().data_received(data)
        if self._part is Part.NOTHING:
            self._receiving = _cancelled(self._receiving)
        elif self._part is Part.HEAD and self._received > self.largest_head:
            self._refuse_head()
        elif self._part is Part.BODY and self.cycle.response_complete and self._received > self.largest_ignored:
            self._cut("body after its answer")
        elif self._receiving is None:
            self._watch()

    def on_message_begin(self) -> None:
        super().on_message_begin()
        if self._part is Part.NOTHING:
            self._part, self._received = Part.HEAD, 0

    def on_headers_complete(self) -> None:
        if self.transport.is_closing():
            return
        size = len(self.url) + sum(len(name) + len(value) for name, value in self.headers)
        if size > self.largest_head:
            self._refuse_head()
            return
        if not self._names_one_host():
            self._refuse("host", 400, "NotOneHost", "Name one host, in the header Host.")
            return
        self._receiving = _cancelled(self._receiving)
        super().on_headers_complete()
        self._part, self._received = Part.BODY, 0
        self._read_on_after_answer()

    def on_body(self, body: bytes) -> None:
        if self._part is Part.BODY:
            super().on_body(body)

    def on_message_complete(self) -> None:
        if self._part is Part.BODY:
            super().on_message_complete()
        self._part = Part.NOTHING
        self._end_if_last()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._idle_since = self.loop.time()
        self._end_if_last()
        if self.transport.is_closing():
            self._wait_for_reader()

    def timeout_keep_alive_handler(self) -> None:
        if self.transport.get_write_buffer_size():
            self._wait_for_reader()
        else:
            super().timeout_keep_alive_handler()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._wait_for_reader()
        self.unread[self] = self.transport.get_write_buffer_size()
        while sum(self.unread.values()) > self.largest_unread:
            next(iter(self.unread))._cut("answers unread")

    def resume_writing(self) -> None:
        self.unread.pop(self, None)
        self._answering = _cancelled(self._answering)
        super().resume_writing()

    def _names_one_host(self) -> bool:
        """What names two, another server might read otherwise; only HTTP/1.0 may name none."""
        hosts = sum(name == b"host" for name, _ in self.headers)
        return hosts == 1 or (hosts == 0 and self.parser.get_http_version() == "1.0")

    def _read_on_after_answer(self) -> None:
        """Who asks us to close may still be sending when we do, and would never see the answer."""
        has_body = any(name in (b"content-length", b"transfer-encoding") for name, _ in self.headers)
        self._is_last = has_body and not self.cycle.keep_alive
        self.cycle.keep_alive = self.cycle.keep_alive or self._is_last

    def _end_if_last(self) -> None:
        if self._is_last and self._part is Part.NOTHING and self.cycle.response_complete:
            self.transport.close()

    def _watch(self) -> None:
        """Look whether what is being received comes on."""
        self._watched_from = self._received
        seconds = self.head_seconds if self._part is Part.HEAD else self.body_pause_seconds
        self._receiving = self.loop.call_later(seconds, self._require_more)

    def _require_more(self) -> None:
        came = self._received - self._watched_from
        needed = max(1, self.slowest_body * self.body_pause_seconds)
        if self._part is Part.BODY and (self.flow.read_paused or came >= needed):
            self._watch()
        elif self._part is Part.HEAD and not self._received:
            self._cut("nothing sent")
        else:
            self._refuse(str(self._part), 408, "TooSlow", "The request did not come on. Send it again.")

    def _wait_for_reader(self) -> None:
        if self._answering is None:
            self._answering = self.loop.call_later(self.answer_seconds, self._cut, "answer unread")

    def _refuse_head(self) -> None:
        self._refuse("large head", 431, "HeadTooLarge", "The address and the headers are larger than is accepted.")

    def _refuse(self, reason: str, status: int, code: str, detail: str) -> None:
        """Answer what never reaches the API, and end the connection."""
        if self.cycle is None or self.cycle.response_complete or not self.cycle.response_started:
            self.transport.write(_problem(status, code, detail))
        CUT_OFF.labels(reason).inc()
        self.transport.close()
        self._wait_for_reader()

    def _cut(self, reason: str) -> None:
        CUT_OFF.labels(reason).inc()
        self.unread.pop(self, None)
        self.transport.abort()


def _cancelled(timer: asyncio.TimerHandle | None) -> asyncio.TimerHandle | None:
    """What is left of the timer: nothing."""
    if timer is not None:
        timer.cancel()
    return None


def _problem(status: int, code: str, detail: str) -> bytes:
    """An answer in the form of every other error."""
    title = TITLES[status]
    problem = {"type": "about:blank", "title": title, "status": status, "code": code, "detail": detail}
    body = json.dumps(problem).encode()
    head = (
        f"HTTP/1.1 {status} {title}\r\ncontent-type: application/problem+json\r\ncontent-length: {len(body)}\r\n"
        "content-language: en\r\ncache-control: no-store\r\nconnection: close\r\n\r\n"
    )
    return head.encode() + body


TITLES = {
    400: "Bad Request",
    408: "Request Timeout",
    431: "Request Header Fields Too Large",
    503: "Service Unavailable",
}
