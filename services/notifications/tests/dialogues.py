"""A mail server that says exactly what a test wants."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

from notifications.connection import Connection, connect
from notifications.mails import Mail
from notifications.outcomes import Outcome

MAIL = Mail("anna@example.se", b"Subject: Hej\r\n\r\nHej\r\n")
SENDER = "no-reply@kommun.example"
ENVELOPE = b"MAIL FROM:<no-reply@kommun.example>\r\nRCPT TO:<anna@example.se>\r\n"
OK = b"250 OK\r\n"
SECONDS = 5

Answers = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def connected(
    answers: Answers, offers: bytes = b"250 PIPELINING\r\n", seconds: float = SECONDS
) -> AsyncIterator[Connection]:
    """A connection to a server that lets us in, and then does as the test says. Raises what the server raised."""
    serving: list[asyncio.Task[None] | None] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        serving.append(asyncio.current_task())
        writer.write(b"220 mail.example\r\n")
        await reader.readline()
        writer.write(b"250-mail.example\r\n" + offers)
        with suppress(ConnectionError):
            await answers(reader, writer)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        options = {"hostname": "127.0.0.1", "port": server.sockets[0].getsockname()[1]}
        connection = await connect(options, "mailer.kommun.example", seconds)
        try:
            yield connection
        finally:
            await connection.close()
        await asyncio.gather(*filter(None, serving))


def following(*dialogue: tuple[bytes, bytes]) -> Answers:
    """A server that hears exactly this, answers so, byte by byte, and takes the next mail if one comes."""

    async def follow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for heard, answer in (*dialogue, (ENVELOPE, OK + OK)):
            try:
                assert await reader.readexactly(len(heard)) == heard
            except asyncio.IncompleteReadError as left:
                assert left.partial == b""
                return
            for byte in answer:
                writer.write(bytes([byte]))
                await asyncio.sleep(0)  # or they would come together
        await take(reader, writer)

    return follow


async def hand_over(connection: Connection, mail: Mail = MAIL) -> Outcome:
    async def may_go() -> bool:
        return True

    return await connection.hand_over(mail, SENDER, may_go)


async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
    """Take a mail whose recipient was accepted, and return its content."""
    await reader.readline()
    writer.write(b"354 go on\r\n")
    content = await reader.readuntil(b"\r\n.\r\n")
    writer.write(b"250 OK\r\n")
    return content
