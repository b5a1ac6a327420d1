"""What clamd says of a file, by its stream protocol. The clamd is a real one; its signatures are ours."""

import asyncio
from io import BytesIO

import pytest
from pypdf import PdfWriter

from eservice_intake.attachments.clamd import Answer, Clamd, ScanFailed, ScannerAway, Verdict
from testkit.broker import free_port
from testkit.clamd import LARGEST, MALWARE, clamd_command, serving_clamd
from testkit.network import Proxy


async def pieces(*given):
    for piece in given:
        yield piece


def locked_pdf():
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    writer.encrypt("a password", algorithm="RC4-128")
    content = BytesIO()
    writer.write(content)
    return content.getvalue()


@pytest.mark.parametrize(
    ("file", "verdict"),
    [
        ([b"%PDF-1.7 a drawing"], Verdict.CLEAN),
        ([], Verdict.CLEAN),
        ([b"%PDF-1.7 ", MALWARE], Verdict.INFECTED),
        ([b"x" * 1_000_000, MALWARE[:7], MALWARE[7:], b"y" * 1_000_000], Verdict.INFECTED),
        ([locked_pdf()], Verdict.UNREADABLE),
    ],
)
async def test_a_file_is_judged_by_what_is_in_it(clamd, file, verdict):
    answer = await Clamd(clamd, 30).scan(pieces(*file))

    assert answer.verdict is verdict


async def test_what_was_found_has_a_name(clamd):
    assert await Clamd(clamd, 30).scan(pieces(MALWARE)) == Answer(Verdict.INFECTED, "Kommunbuss.Test.UNOFFICIAL")


async def test_what_clamd_does_not_take_is_not_clean(clamd):
    with pytest.raises(ScanFailed):
        await Clamd(clamd, 30).scan(pieces(*[bytes(1_000_000)] * (LARGEST // 1_000_000 + 4)))


@pytest.mark.parametrize(
    "url", [f"tcp://127.0.0.1:{free_port()}", "unix:///nowhere/clamd.ctl"], ids=["nobody listens", "no socket"]
)
async def test_a_clamd_that_is_away_is_told_from_a_scan_that_fails(url):
    with pytest.raises(ScannerAway):
        await Clamd(url, 30).scan(pieces(b"a file"))


async def test_a_clamd_that_does_not_answer_is_not_waited_for(clamd):
    async with Proxy("127.0.0.1", int(clamd.rpartition(":")[2])) as way:
        with way.held(), pytest.raises(ScanFailed):
            await Clamd(f"tcp://127.0.0.1:{way.port}", 0.2).scan(pieces(b"a file"))


@pytest.mark.parametrize("said", [b"", b"stream: Something ERROR\0", b"stream: Some"])
async def test_an_end_without_a_verdict_is_a_scan_that_fails(said):
    async def answer(reader, writer):
        await reader.read(100)
        writer.write(said)
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(ScanFailed):
            await Clamd(f"tcp://127.0.0.1:{port}", 30).scan(pieces(b"a file"))


async def test_clamd_is_asked_on_a_socket_too():
    with serving_clamd(on_socket=True) as url:
        assert url.startswith("unix:///")
        assert (await Clamd(url, 30).scan(pieces(MALWARE))).verdict is Verdict.INFECTED


def test_a_clamd_that_is_missing_is_not_passed_over(monkeypatch):
    monkeypatch.setattr("shutil.which", lambda *_, **__: None)

    with pytest.raises(FileNotFoundError, match="apt-get install clamav-daemon"):
        clamd_command()
