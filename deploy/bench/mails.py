"""How fast the mailer sends, to a mail server that takes everything: `python -m deploy.bench.mails PORT FILE`."""

import asyncio
import sys
import time
from functools import partial
from pathlib import Path
from typing import BinaryIO, cast
from urllib.parse import urlsplit

import uvloop

from deploy.bench.environment import Broken, Environment, running
from deploy.bench.figures import Figure
from deploy.bench.load import events, fill_contacts, recipient
from deploy.procfile import COMMANDS
from notifications.dispatch import Dispatch
from notifications.subscribers import notify
from notifications.transport import open_transport
from shared.database import Database
from shared.settings import Settings

API = "eservice-intake-api"  # knows whom the mails go to
CONTENT = b"Subject: Tack\r\nTo: %s\r\n\r\n" + 12 * (60 * b"x" + b"\r\n") + b".\r\n"


class MailServer(asyncio.Protocol):
    """The least SMTP that is true. It notes each mail's recipient and when it came, a line each."""

    def __init__(self, notes: BinaryIO) -> None:
        self._notes = notes
        self._received = self._recipient = b""
        self._takes_content = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._transport.write(b"220 bench\r\n")

    def data_received(self, data: bytes) -> None:
        self._received += data
        while True:
            part, ends, rest = self._received.partition(b"\r\n.\r\n" if self._takes_content else b"\r\n")
            if not ends:
                return
            self._received = rest
            self._transport.write(self._accepted(part) if self._takes_content else self._answer(part))

    def _accepted(self, content: bytes) -> bytes:
        self._takes_content = False
        self._notes.write(b"%s\t%f\n" % (self._recipient, time.time()))
        return b"250 OK\r\n"

    def _answer(self, command: bytes) -> bytes:
        match command[:4].upper():
            case b"EHLO":
                return b"250-bench\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n"
            case b"RCPT":
                self._recipient = command[command.index(b"<") + 1 : command.rindex(b">")]
            case b"DATA":
                self._takes_content = True
                return b"354 go on\r\n"
            case b"QUIT":
                return b"221 bye\r\n"
        return b"250 OK\r\n"


class Notes:
    """What the mail server notes from now on."""

    def __init__(self, notes: Path) -> None:
        self._path = notes
        self._read_to = notes.stat().st_size

    def lines(self) -> list[str]:
        """Those since the last look."""
        with self._path.open("rb") as file:
            file.seek(self._read_to)
            whole = file.read().rpartition(b"\n")[0]
        self._read_to += len(whole) + 1 if whole else 0
        return whole.decode().splitlines()


class Mails:
    """What the mail server has taken since this was made."""

    def __init__(self, notes: Path) -> None:
        self.arrived_at: dict[str, float] = {}
        self._notes = Notes(notes)

    def look(self) -> dict[str, float]:
        """When each recipient's first mail arrived, until now."""
        for line in self._notes.lines():
            to, _, at = line.partition("\t")
            self.arrived_at.setdefault(to, float(at))
        return self.arrived_at


async def take_mails(port: int, notes: Path) -> None:
    with notes.open("ab", buffering=0) as file:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(partial(MailServer, file), "127.0.0.1", port)
        await server.serve_forever()


def measure_mailer(environment: Environment, runs: int, count: int) -> list[Figure]:
    sent, raw = [], []
    for _ in range(runs):
        raw.append(uvloop.run(_ready_mails(count)))
        sent.append(_sent(environment, count))
    return [Figure("mailer", "mails/s", sent, "ready bytes on as many connections", raw)]


def _sent(environment: Environment, count: int) -> float:
    with environment.fresh("eservice-intake", "notifications") as folder, running(folder, {API: COMMANDS[API]}):
        mails = Mails(environment.mails)
        uvloop.run(fill_contacts(count))
        uvloop.run(_queue(count))
        rate = uvloop.run(_send(count))
        if len(mails.look()) != count:
            raise Broken(f"{len(mails.look())} of {count} mails arrived")
        return rate


async def _send(count: int) -> float:
    settings, done = Settings(service="notifications"), 0
    database = Database(settings)
    async with open_transport(settings) as transport, Dispatch(database, transport) as dispatch:
        began = time.perf_counter()
        while some := await dispatch.start_due():
            done += some
        await dispatch.finished()
        seconds = time.perf_counter() - began
    await database.close()
    return done / seconds


async def _queue(count: int) -> None:
    database = Database(Settings(service="notifications"))
    for batch in events(count):
        async with database.transaction() as tx:
            await notify(list(batch), tx)
    await database.close()


class ReadyMails(asyncio.Protocol):
    """Sends what was written before, the next piece as soon as the one before is answered."""

    def __init__(self, pieces: list[bytes]) -> None:
        self._pieces = iter(pieces)
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.done.done():
            self.done.set_exception(Broken("the mail server closed a connection"))

    def data_received(self, data: bytes) -> None:
        if not data.startswith((b"2", b"3")):
            self.done.set_exception(Broken(f"the mail server answered {data!r}"))
        elif (piece := next(self._pieces, None)) is not None:
            self._transport.write(piece)
        elif not self.done.done():
            self.done.set_result(None)


async def _ready_mails(count: int) -> float:
    settings = Settings(service="notifications")
    server = urlsplit(settings.smtp_url)
    shares = [range(number, count, settings.smtp_connections) for number in range(settings.smtp_connections)]
    pieces = [[b"HELO bench\r\n", *(piece for number in share for piece in _pieces(number))] for share in shares]
    loop = asyncio.get_running_loop()
    began = time.perf_counter()
    opened = [
        await loop.create_connection(partial(ReadyMails, ready), str(server.hostname), server.port or 25)
        for ready in pieces
    ]
    await asyncio.gather(*(protocol.done for _, protocol in opened))
    seconds = time.perf_counter() - began
    for transport, _ in opened:
        transport.close()
    return count / seconds


def _pieces(number: int) -> tuple[bytes, ...]:
    to = recipient(number).encode()
    return b"MAIL FROM:<bench@example.com>\r\n", b"RCPT TO:<%s>\r\n" % to, b"DATA\r\n", CONTENT % to


if __name__ == "__main__":
    uvloop.run(take_mails(int(sys.argv[1]), Path(sys.argv[2])))
