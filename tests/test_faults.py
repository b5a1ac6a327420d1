"""What `make faults` says is so: the mail server has the moods that are named, and what is missing is seen."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from functools import partial
from pathlib import Path

import pytest

from deploy.faults.counted import Counted, Taken
from deploy.faults.load import Load
from deploy.faults.mail_server import Mood, MoodyServer
from testkit.broker import free_port

MAIL = b"EHLO here\r\nMAIL FROM:<a@example.com>\r\nRCPT TO:<anna@example.com>\r\n"
CONTENT = b"DATA\r\nSubject: Tack\r\nMessage-ID: <1@example.com>\r\n\r\nHej\r\n.\r\n"
ALL_RIGHT = Counted(cases=3, tasks=3, delivered=3, mailed=3, second_mails=1, dead_letters=0, waiting=0)


@asynccontextmanager
async def listening(protocol: Callable[[], asyncio.Protocol]) -> AsyncIterator[int]:
    port = free_port()
    server = await asyncio.get_running_loop().create_server(protocol, "127.0.0.1", port)
    async with server:
        yield port


@asynccontextmanager
async def mail_server(folder: Path, mood: Mood) -> AsyncIterator[int]:
    (folder / "mood").write_text(mood)
    with (folder / "notes").open("ab", buffering=0) as notes:
        async with listening(partial(MoodyServer, notes, folder / "mood")) as port:
            yield port


async def answers(port: int, *sent: bytes) -> list[str]:
    """What a server says to these commands, until it closes or says goodbye."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"".join(sent) + b"QUIT\r\n")
    said: list[str] = []
    with closing(writer):
        while (not said or said[-1] != "221 bye") and (line := await reader.readline()):
            said.append(line.decode().strip())
    return said


async def test_a_mail_server_that_takes_everything_notes_what_it_took(tmp_path):
    (tmp_path / "notes").touch()
    taken = Taken(tmp_path / "notes")
    async with mail_server(tmp_path, Mood.WELL) as port:
        await answers(port, MAIL, CONTENT)
        await answers(port, MAIL, CONTENT)

    assert taken.look() == {"anna@example.com\t<1@example.com>": 2}


@pytest.mark.parametrize(
    ("mood", "answered"),
    [(Mood.BUSY, "451 4.3.2 try again later"), (Mood.REFUSING_US, "554 5.7.1 relay access denied")],
)
async def test_a_mail_server_that_refuses_says_so_of_the_recipient(tmp_path, mood, answered):
    async with mail_server(tmp_path, mood) as port:
        assert answered in await answers(port, MAIL)


async def test_a_mail_server_that_closes_does_so_at_once(tmp_path):
    async with mail_server(tmp_path, Mood.CLOSING) as port:
        assert await answers(port) == ["421 4.3.2 closing"]


@pytest.mark.parametrize(("mood", "said"), [(Mood.CLOSING, b"421 4.3.2 closing\r\n"), (Mood.SILENT, b"")])
async def test_a_mail_servers_mood_is_that_of_connections_that_were_open_before(tmp_path, mood, said):
    async with mail_server(tmp_path, Mood.WELL) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        await reader.readline()
        (tmp_path / "mood").write_text(mood)
        writer.write(MAIL)
        if not said:
            writer.write_eof()

        assert await reader.read() == said
        writer.close()


async def test_a_silent_mail_server_says_nothing(tmp_path):
    async with mail_server(tmp_path, Mood.SILENT) as port:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(1):
                await answers(port, MAIL)


async def test_a_crowded_mail_server_takes_two_connections_and_closes_the_third(tmp_path):
    async with mail_server(tmp_path, Mood.CROWDED) as port:
        held = [await asyncio.open_connection("127.0.0.1", port) for _ in range(2)]
        greetings = [await reader.readline() for reader, _ in held]

        third = await answers(port)

        for _, writer in held:
            writer.close()
    assert greetings == [b"220 bench\r\n"] * 2
    assert third == ["421 4.3.2 closing"]


class Unsteady(asyncio.Protocol):
    """An API that hangs up on every second request, and notes which keys it has accepted."""

    asked = 0
    accepted: list[bytes]

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        Unsteady.asked += 1
        if Unsteady.asked % 2:
            self.transport.close()
            return
        self.accepted.append(data.partition(b"Idempotency-Key: ")[2].partition(b"\r\n")[0])
        assert isinstance(self.transport, asyncio.Transport)
        self.transport.write(b"HTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\n{}")


async def test_what_is_not_accepted_is_posted_again_under_the_same_key():
    Unsteady.asked, Unsteady.accepted = 0, []
    async with listening(Unsteady) as port:
        load = Load(port, 20)
        await load.post()

    assert (load.accepted, len(Unsteady.accepted), len(set(Unsteady.accepted))) == (20, 20, 20)


def test_all_came_through_when_there_is_one_of_everything_and_nothing_waits():
    assert ALL_RIGHT.is_all(3)


@pytest.mark.parametrize("what", ["cases", "tasks", "delivered", "mailed", "dead_letters", "waiting"])
@pytest.mark.parametrize("difference", [-1, 1])
def test_not_all_came_through_when_there_is_more_or_less_of_anything(what, difference):
    found = ALL_RIGHT.since(Counted(**dict.fromkeys(Counted.__dataclass_fields__, 0) | {what: difference}))

    assert not found.is_all(3)
