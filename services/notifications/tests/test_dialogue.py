"""What a mail server hears of us and how its answers are read, by a server that says exactly what a test wants."""

import asyncio
import ssl
import subprocess
from pathlib import Path

import pytest

from notifications.connection import connect, connection_options
from notifications.mails import Mail
from notifications.outcomes import Outcome, Stage, Verdict

from .dialogues import ENVELOPE, OK, SECONDS, connected, following, hand_over, take


async def test_a_server_that_offers_it_is_told_sender_and_recipient_at_once():
    async with connected(following()) as connection:
        outcome = await hand_over(connection)

    assert outcome.verdict is Verdict.SENT


async def test_a_server_that_does_not_offer_it_is_told_one_after_the_other():
    heard = []

    async def answer_each(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for _ in range(2):
            heard.append(await reader.read(1000))
            writer.write(b"250 OK\r\n")
        await take(reader, writer)

    async with connected(answer_each, offers=b"250 8BITMIME\r\n") as connection:
        await hand_over(connection)

    assert heard == [b"MAIL FROM:<no-reply@kommun.example>\r\n", b"RCPT TO:<anna@example.se>\r\n"]


async def test_a_refusal_is_not_mixed_up_with_the_answers_after_it():
    async def refuse_the_first(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readline()
        await reader.readline()
        writer.write(b"451-4.3.0 we are\r\n451 4.3.0 busy\r\n503 5.5.1 no sender\r\n")
        assert await reader.readline() == b"RSET\r\n"
        writer.write(b"250 OK\r\n")
        await reader.readline()
        await reader.readline()
        writer.write(b"250 OK\r\n250 OK\r\n")
        await take(reader, writer)

    async with connected(refuse_the_first) as connection:
        outcomes = [await hand_over(connection), await hand_over(connection)]

    assert [(one.verdict, one.reason) for one in outcomes] == [(Verdict.LATER, "451 4.3.0"), (Verdict.SENT, "")]


async def test_a_server_that_closes_after_its_refusal_is_understood():
    async def close(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readline()
        writer.write(b"421 4.3.2 closing\r\n")

    async with connected(close) as connection:
        outcome = await hand_over(connection)

    assert (outcome.verdict, outcome.reason, outcome.slows) == (Verdict.LATER, "421 4.3.2", True)


DATA, RSET = b"DATA\r\n", b"RSET\r\n"
TAKES, REFUSES = (ENVELOPE, OK + OK), (ENVELOPE, OK + b"550 5.1.1 nobody\r\n")
NOBODY = Outcome(Verdict.NO_SUCH_RECIPIENT, "550 5.1.1", Stage.RECIPIENT)
LATER = Outcome(Verdict.LATER, "451 4.3.2", Stage.CONTENT)
CLOSING = Outcome(Verdict.LATER, "421 4.3.2", Stage.CONTENT, slows=True)


@pytest.mark.parametrize(
    ("dialogue", "first", "stays_open"),
    [
        ([REFUSES, (RSET, OK)], NOBODY, True),
        ([REFUSES, (RSET, b"")], NOBODY, False),
        ([REFUSES, (RSET, b"500 5.5.1 what?\r\n")], NOBODY, False),
        ([TAKES, (DATA, b"451 4.3.2 later\r\n"), (RSET, OK)], LATER, True),
        ([TAKES, (DATA, b"421 4.3.2 closing\r\n")], CLOSING, False),
    ],
    ids=["recipient", "RSET unanswered", "RSET refused", "DATA", "DATA and closing"],
)
async def test_a_refusal_is_kept_and_leaves_nothing_to_the_next_mail(
    dialogue: list[tuple[bytes, bytes]], first: Outcome, stays_open: bool
):
    async with connected(following(*dialogue), seconds=1) as connection:
        refused = await hand_over(connection)
        is_open = connection.is_open
        second = await hand_over(connection)

    assert (refused, is_open, second.verdict is Verdict.SENT) == (first, stays_open, stays_open)


async def test_what_a_server_says_unasked_is_not_an_answer():
    async def say_more(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readline()
        await reader.readline()
        writer.write(b"250 OK\r\n250 OK\r\n250 and welcome\r\n")
        await take(reader, writer)

    async with connected(say_more) as connection:
        outcome = await hand_over(connection)

    assert outcome.verdict is Verdict.SENT


@pytest.mark.parametrize(
    "nonsense",
    [b"hello\r\n", b"abc-250\r\n250 OK\r\n", b"25\r\n", b"2\r\n", b"2" * 100_000],
    ids=["words", "words that go on", "two digits", "one digit", "endless"],
)
async def test_a_server_that_talks_nonsense_is_left_and_the_mail_waits(nonsense: bytes):
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readline()
        writer.write(nonsense)
        await reader.read()

    async with connected(talk) as connection:
        outcome = await hand_over(connection)

        assert not connection.is_open
    assert (outcome.verdict, outcome.reason) == (Verdict.LATER, "ConnectionResetError")


async def test_a_line_that_begins_with_a_dot_arrives_as_it_is():
    contents = []

    async def keep(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readline()
        await reader.readline()
        writer.write(b"250 OK\r\n250 OK\r\n")
        contents.append(await take(reader, writer))

    async with connected(keep) as connection:
        await hand_over(connection, Mail("anna@example.se", b"Subject: Hej\r\n\r\n.\r\n..hej\r\n"))

    assert contents == [b"Subject: Hej\r\n\r\n..\r\n...hej\r\n.\r\n"]


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """Of `localhost`, with its key in the same file."""
    file, subject = str(tmp_path / "server.pem"), ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    new = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", *subject]
    subprocess.run([*new, "-keyout", file, "-out", f"{file}.crt"], check=True, capture_output=True)
    Path(file).write_text(Path(file).read_text() + Path(f"{file}.crt").read_text())
    return Path(file)


@pytest.mark.parametrize("scheme", ["smtps", "smtp+starttls"])
async def test_mails_go_with_tls_from_the_first_byte_or_after_the_greeting(certificate: Path, scheme: str):
    ours = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    ours.load_cert_chain(certificate)
    contents = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail.example\r\n")
        if scheme == "smtp+starttls":
            await reader.readline()
            writer.write(b"250-mail.example\r\n250 STARTTLS\r\n")
            await reader.readline()
            writer.write(b"220 go on\r\n250 said by whoever is between us\r\n")
            await writer.start_tls(ours)
        await reader.readline()
        writer.write(b"250-mail.example\r\n250 PIPELINING\r\n")
        assert await reader.read(1000) == ENVELOPE
        writer.write(b"250 OK\r\n250 OK\r\n")
        contents.append(await take(reader, writer))
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=ours if scheme == "smtps" else None)
    async with server:
        options = connection_options(f"{scheme}://localhost:{server.sockets[0].getsockname()[1]}")
        trust = ssl.create_default_context(cafile=str(certificate))
        connection = await connect(options | {"tls_context": trust}, "mailer.kommun.example", SECONDS)
        outcome = await hand_over(connection)
        await connection.close()

    assert (outcome.verdict, contents) == (Verdict.SENT, [b"Subject: Hej\r\n\r\nHej\r\n.\r\n"])
