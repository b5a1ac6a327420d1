"""How many times an answer is handed to the kernel."""

import asyncio

HEAD, LENGTH = b"HTTP/", b"\r\ncontent-length: "


class JoinedWrites:
    """A transport for one answer: its head goes with the first of its body, by one call of the kernel in place of two.

    The head of a stream, whose first part may be long in coming, goes at once.
    """

    def __init__(self, transport: asyncio.Transport) -> None:
        self.close, self.is_closing = transport.close, transport.is_closing
        self._write = transport.write
        self._head = b""
        self._has_head = False

    def write(self, data: bytes) -> None:
        if not self._has_head and data.startswith(HEAD) and LENGTH in data:
            self._has_head, self._head = True, data
        else:
            self._write(self._head + data)
            self._head = b""
