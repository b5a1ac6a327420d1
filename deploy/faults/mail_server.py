"""A mail server with moods, which notes what it takes: `python -m deploy.faults.mail_server PORT FILE MOOD`."""

import asyncio
import re
import sys
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import BinaryIO, cast

import uvloop

from deploy.bench.mails import MailServer

MOST_CONNECTIONS = 2
MESSAGE_ID = re.compile(rb"(?im)^Message-ID:\s*(\S+)")
CLOSED = b"421 4.3.2 closing\r\n"


class Mood(StrEnum):
    WELL = "takes everything"
    CLOSING = "answers 421"
    BUSY = "answers 451"
    REFUSING_US = "answers 554 5.7.1"
    SILENT = "answers nothing"
    CROWDED = "takes 2 connections"


REFUSED = {
    Mood.BUSY: b"451 4.3.2 try again later\r\n",
    Mood.REFUSING_US: b"554 5.7.1 relay access denied\r\n",
}


class MoodyServer(MailServer):
    """Notes each mail's recipient and Message-ID, a line each."""

    connections = 0

    def __init__(self, notes: BinaryIO, mood: Path) -> None:
        super().__init__(notes)
        self._mood_file = mood
        self._is_deaf = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        MoodyServer.connections += 1
        mood = self._mood
        self._is_deaf = mood is Mood.SILENT
        if mood is Mood.CLOSING or (mood is Mood.CROWDED and MoodyServer.connections > MOST_CONNECTIONS):
            _close(cast(asyncio.Transport, transport))
        elif not self._is_deaf:
            super().connection_made(transport)

    def connection_lost(self, exc: Exception | None) -> None:
        MoodyServer.connections -= 1

    def data_received(self, data: bytes) -> None:
        if self._mood is Mood.SILENT:
            self._is_deaf = True
        if not self._is_deaf:
            super().data_received(data)

    @property
    def _mood(self) -> Mood:
        return Mood(self._mood_file.read_text(encoding="utf-8"))

    def _answer(self, command: bytes) -> bytes:
        refused = REFUSED.get(self._mood) if command[:4].upper() == b"RCPT" else None
        return refused or super()._answer(command)

    def _accepted(self, content: bytes) -> bytes:
        self._takes_content = False
        found = MESSAGE_ID.search(content)
        self._notes.write(b"%s\t%s\n" % (self._recipient, found[1] if found else b""))
        return b"250 OK\r\n"


def _close(transport: asyncio.Transport) -> None:
    transport.write(CLOSED)
    transport.close()


async def take_mails(port: int, notes: Path, mood: Path) -> None:
    with notes.open("ab", buffering=0) as file:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(partial(MoodyServer, file, mood), "127.0.0.1", port)
        await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(take_mails(int(sys.argv[1]), *map(Path, sys.argv[2:4])))
