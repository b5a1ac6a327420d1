"""ClamAV's clamd, asked by its stream protocol: the file is sent in pieces, and the answer is one line."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

CONNECT_SECONDS = 5
LONGEST_ANSWER = 4096
ENCRYPTED = "Heuristics.Encrypted."
"""How clamd calls what it cannot look into, if it is told to (AlertEncrypted)."""


class Verdict(StrEnum):
    CLEAN = "clean"
    INFECTED = "infected"
    UNREADABLE = "unreadable"
    """It is of no use to anybody either: a file with a password."""


class ScannerAway(Exception):
    """Nobody answers at CLAMAV_URL."""


class ScanFailed(Exception):
    """clamd did not come to a verdict on the file."""


@dataclass(frozen=True)
class Answer:
    verdict: Verdict
    finding: str | None = None


class Clamd:
    def __init__(self, url: str, seconds: float) -> None:
        self._where = urlsplit(url)
        self._seconds = seconds

    async def scan(self, pieces: AsyncIterator[bytes]) -> Answer:
        """What clamd finds in the file. Raises ScannerAway, ScanFailed, and what reading the pieces raises."""
        reader, writer = await self._connected()
        try:
            async with asyncio.timeout(self._seconds):
                await _send(pieces, writer)
                said = await reader.read(LONGEST_ANSWER)
        except (TimeoutError, ConnectionError) as error:
            raise ScanFailed(type(error).__name__) from error
        finally:
            writer.transport.abort()
        return _understood(said.decode(errors="replace").strip("\0\n "))

    async def _connected(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        where = self._where
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                is_socket = where.scheme == "unix"
                opening = (
                    asyncio.open_unix_connection(where.path)
                    if is_socket
                    else asyncio.open_connection(where.hostname, where.port)
                )
                return await opening
        except (OSError, TimeoutError) as error:
            raise ScannerAway from error


async def _send(pieces: AsyncIterator[bytes], writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):  # it says why before it ends the connection
        writer.write(b"zINSTREAM\0")
        async for piece in pieces:
            writer.write(len(piece).to_bytes(4, "big") + piece)
            await writer.drain()
        writer.write(bytes(4))
        await writer.drain()


def _understood(said: str) -> Answer:
    """`stream: OK`, `stream: <signature> FOUND`, or anything else, which is an error."""
    finding = said.removeprefix("stream: ")
    if finding == "OK":
        return Answer(Verdict.CLEAN)
    if not finding.endswith(" FOUND"):
        raise ScanFailed(finding or "no answer")
    name = finding.removesuffix(" FOUND")
    return Answer(Verdict.UNREADABLE if name.startswith(ENCRYPTED) else Verdict.INFECTED, name)
