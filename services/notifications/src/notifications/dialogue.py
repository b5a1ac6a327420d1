"""What is said to a mail server that has let us in. aiosmtplib, which connects, loses answers that come together."""

import asyncio
import re
from collections import deque
from typing import NamedTuple, cast

from notifications.outcomes import SERVICE_CLOSES

LARGEST_ANSWER = 64 * 1024
_LINE = re.compile(rb"\d{3}([ -]|$)")


class Answer(NamedTuple):
    code: int
    words: str


class Dialogue(asyncio.Protocol):
    """Takes over an open connection. Whoever asks says for how long, and closes it when no answer comes.

    It is closed when the server says that it closes, and when it talks nonsense.
    """

    def __init__(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._received = b""
        self._lines: list[bytes] = []
        self._asked: deque[asyncio.Future[Answer]] = deque()
        self._transport.set_protocol(self)

    @property
    def is_open(self) -> bool:
        return not self._transport.is_closing()

    def ask(self, *commands: bytes) -> list[asyncio.Future[Answer]]:
        """Say all of it at once. Of each command an answer will come, or OSError."""
        if not self.is_open:
            raise ConnectionResetError
        loop = asyncio.get_running_loop()
        answers = [loop.create_future() for _ in commands]
        self._asked.extend(answers)
        self._transport.write(b"".join(command + b"\r\n" for command in commands))
        return answers

    def close(self) -> None:
        self._transport.abort()
        self._fail()

    def data_received(self, data: bytes) -> None:
        *lines, self._received = (self._received + data).split(b"\n")
        for line in lines:
            self._take(line.rstrip())
        if len(self._received) + sum(map(len, self._lines)) > LARGEST_ANSWER:
            self.close()

    def connection_lost(self, exc: Exception | None) -> None:
        self._fail()

    def _take(self, line: bytes) -> None:
        if not self._asked:
            return  # said unasked, it does not answer what we ask next
        if not _LINE.match(line):
            self.close()
            return
        self._lines.append(line)
        if line[3:4] == b"-":
            return
        words = b"\n".join(one[4:].strip() for one in self._lines).decode(errors="replace")
        self._lines.clear()
        answer = self._asked.popleft()
        if not answer.done():
            answer.set_result(Answer(int(line[:3]), words))
        if int(line[:3]) == SERVICE_CLOSES:
            self.close()

    def _fail(self) -> None:
        for answer in self._asked:
            if not answer.done():
                answer.set_exception(ConnectionResetError())
                answer.exception()  # whoever does not wait for it any longer need not be told
        self._asked.clear()
