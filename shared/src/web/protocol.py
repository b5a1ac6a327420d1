"""HTTP as uvicorn speaks it, within bounds: who sends slowly, sends without end or does not read is cut off."""

import asyncio
from collections import Counter
from enum import StrEnum
from itertools import chain
from typing import Any, ClassVar, cast

import prometheus_client as prometheus
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from shared.errors import DomainError
from web.client import is_proxy, subscriber
from web.problems import HeadTooLarge, Malformed, NotOneHost, TooManyConnections, TooSlow, answer
from web.writes import JoinedWrites

OF_A_BODY = {b"content-length", b"transfer-encoding"}
CUT_OFF = prometheus.Counter("kommunbuss_http_cut_off", "Connections that were ended, by why.", ["reason"])


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
    slowest = 4 * 1024
    """Bytes a second, over such a while, of a body and of an answer: a tenth of a telephone with bad reception."""
    largest_ignored = 16 * 1024 * 1024
    """Bytes of a body that are still received when it has been answered: most clients look for an answer afterwards."""
    answer_seconds = 60.0
    """How long an answer may stand still. The kernel takes the next piece when a third of its megabytes are read."""
    largest_unread = 32 * 1024 * 1024
    """Bytes of answers of the process that wait for their readers. Beyond, who waits longest is cut off."""

    most_of_a_client = 50
    """Connections. A proxy of ours may have as many as there are."""

    of_clients: ClassVar[Counter[str | None]] = Counter()
    unread: ClassVar[dict["BoundedProtocol", int]] = {}
    """The process's connections whose answers wait to be read, longest first, each with its bytes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._most_connections, self.limit_concurrency = self.limit_concurrency, None
        self._part = Part.HEAD
        self._received = self._chunk = self._left = 0
        self._is_last = False
        self._receiving: asyncio.TimerHandle | None = None
        self._answering: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(cast(asyncio.Transport, transport))
        self._idle_since = self.loop.time()
        self._counted = self._client_counted()
        self.of_clients[self._counted] += 1
        if self._has_enough() or not self._finds_room():
            self._refuse("connections", TooManyConnections())
        else:
            self._watch()

    def _client_counted(self) -> str | None:
        """The client that is connected, or None for a proxy of ours, which has many."""
        host = self.client[0] if self.client else ""
        return None if is_proxy(host, str(self.config.forwarded_allow_ips)) else subscriber(host)

    def _has_enough(self) -> bool:
        return self._counted is not None and self.of_clients[self._counted] > self.most_of_a_client

    def _finds_room(self) -> bool:
        """Whether there is room, if need be when whoever has longest asked for nothing is cut off."""
        if self._most_connections is None or len(self.connections) <= self._most_connections:
            return True
        idle = [one for one in self.connections if isinstance(one, BoundedProtocol) and one._is_idle()]
        longest = min(idle, key=lambda one: one._idle_since)
        if longest is not self:
            longest._cut("idle")
        return longest is not self

    def _is_idle(self) -> bool:
        return self._part is not Part.BODY and (self.cycle is None or self.cycle.response_complete)

    def connection_lost(self, exc: Exception | None) -> None:
        self._receiving = _cancelled(self._receiving)
        self._answering = _cancelled(self._answering)
        self.unread.pop(self, None)
        self.of_clients[self._counted] -= 1
        if not self.of_clients[self._counted]:
            del self.of_clients[self._counted]
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self.transport.is_closing():
            return
        self._chunk = len(data)
        self._received += self._chunk
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
            self._part, self._received = Part.HEAD, self._chunk

    def on_headers_complete(self) -> None:
        if self.transport.is_closing():
            return
        size = len(self.url) + sum(map(len, chain.from_iterable(self.headers)))
        if size > self.largest_head:
            self._refuse_head()
            return
        if not self._names_one_host():
            self._refuse("host", NotOneHost())
            return
        self._receiving = _cancelled(self._receiving)
        super().on_headers_complete()
        if self.parser.get_method() != b"HEAD":  # whose answer is its head
            self.cycle.transport = cast(asyncio.Transport, JoinedWrites(self.transport))
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
        super().resume_writing()

    def _names_one_host(self) -> bool:
        """What names two, another server might read otherwise; only HTTP/1.0 may name none."""
        hosts = [name for name, _ in self.headers].count(b"host")
        return hosts == 1 or (hosts == 0 and self.parser.get_http_version() == "1.0")

    def _read_on_after_answer(self) -> None:
        """Who asks us to close may still be sending when we do, and would never see the answer."""
        has_body = not OF_A_BODY.isdisjoint(dict(self.headers))
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
        needed = max(1, self.slowest * self.body_pause_seconds)
        if self._part is Part.BODY and (self.flow.read_paused or came >= needed):
            self._watch()
        elif self._part is Part.HEAD and not self._received:
            self._cut("nothing sent")
        else:
            self._refuse(str(self._part), TooSlow())

    def _wait_for_reader(self) -> None:
        if self._answering is None:
            self._left = self.transport.get_write_buffer_size()
            self._answering = self.loop.call_later(self.answer_seconds, self._require_reader)

    def _require_reader(self) -> None:
        self._answering = None
        before, self._left = self._left, self.transport.get_write_buffer_size()
        if self._left and before - self._left < min(before, self.slowest * self.answer_seconds):
            self._cut("answer unread")
        elif self._left:
            self._wait_for_reader()

    def _refuse_head(self) -> None:
        self._refuse("large head", HeadTooLarge())

    def send_400_response(self, msg: str) -> None:
        self._refuse("malformed", Malformed())

    def _refuse(self, reason: str, error: DomainError) -> None:
        """Answer what never reaches the API, and end the connection."""
        if self.cycle is None or self.cycle.response_complete or not self.cycle.response_started:
            self.transport.write(answer(error))
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
