"""A mail server with moods, which notes what it takes: `python -m deploy.faults.mail_server PORT FILE MOOD`."""

import asyncio
import re
import sys
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import BinaryIO, ClassVar, cast

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
    SILENT = "is silent"
    CROWDED = "takes 2 connections"


REFUSED = {
    Mood.BUSY: b"451 4.3.2 try again later\r\n",
    Mood.REFUSING_US: b"554 5.7.1 relay access denied\r\n",
}


class MoodyServer(MailServer):
    """Notes each mail's recipient and Message-ID, a line each."""

    open: ClassVar[list["MoodyServer"]] = []

    def __init__(self, notes: BinaryIO, mood: Path) -> None:
        super().__init__(notes)
        self._mood_file = mood
        self._is_deaf = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        MoodyServer.open.append(self)
        self._transport = cast(asyncio.Transport, transport)
        if self._listens():
            super().connection_made(transport)

    def connection_lost(self, exc: Exception | None) -> None:
        MoodyServer.open.remove(self)

    def data_received(self, data: bytes) -> None:
        if self._listens():
            super().data_received(data)

    def _listens(self) -> bool:
        """Not to one that it closes, nor ever again to one that it has been silent to."""
        mood = self._mood
        self._is_deaf |= mood is Mood.SILENT
        if mood is Mood.CLOSING or (mood is Mood.CROWDED and self not in MoodyServer.open[:MOST_CONNECTIONS]):
            self._transport.write(CLOSED)
            self._transport.close()
            return False
        return not self._is_deaf

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


async def take_mails(port: int, notes: Path, mood: Path) -> None:
    with notes.open("ab", buffering=0) as file:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(partial(MoodyServer, file, mood), "127.0.0.1", port)
        await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(take_mails(int(sys.argv[1]), *map(Path, sys.argv[2:4])))
