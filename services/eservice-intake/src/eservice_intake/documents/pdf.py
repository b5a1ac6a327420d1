"""Documents as PDF/A-2a and PDF/UA-1 in one: kept for long, and read by everybody."""

import asyncio
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from eservice_intake.catalogue.answers import UNANSWERED, ReadAnswer
from shared.errors import Text, Unavailable
from shared.events import Language
from shared.logging import log

TYPESETTER = Path(__file__).with_name("typesetter.py")
AT_ONCE = 1
"""It may take as much memory as the rest of the process."""
LONGEST_SECONDS = 30
AUTHOR = Text(sv="Kommunen", en="The municipality")
REPLACED = Text(
    sv="□ står för ett tecken som dokumentets typsnitt saknar. I ärendet finns texten som den skrevs.",
    en="□ stands for a character that the fonts of this document lack. The case has the text as it was written.",
)
_turn = asyncio.Semaphore(AT_ONCE)


class DocumentNotMade(Unavailable):
    """The document could not be made right now. Try again in a moment."""

    sv = "Dokumentet kunde inte göras just nu. Försök igen om en stund."


@dataclass(frozen=True)
class Part:
    heading: str
    paragraphs: Sequence[str] = ()
    answers: Sequence[ReadAnswer] = ()


@dataclass(frozen=True)
class Document:
    """What a PDF says. `facts` stand under the title, `footer` on every page."""

    title: str
    language: Language
    day: date
    footer: str
    facts: Sequence[ReadAnswer]
    parts: Sequence[Part]


async def as_pdf(document: Document) -> bytes:
    """The same bytes for the same document. Raises DocumentNotMade when it takes too long or too much memory."""
    try:
        async with asyncio.timeout(LONGEST_SECONDS), _turn:
            exit_code, made = await _typeset(_as_json(document))
    except TimeoutError:
        exit_code, made = None, b""
    if exit_code != 0:
        log.error("a document could not be made", exit_code=exit_code)
        raise DocumentNotMade
    return made


async def _typeset(document: bytes) -> tuple[int | None, bytes]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-I",
        TYPESETTER,
        env={"RAYON_NUM_THREADS": "1"},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        made, _ = await process.communicate(document)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return process.returncode, made


def _as_json(document: Document) -> bytes:
    words = {"unanswered": UNANSWERED, "replaced": REPLACED}
    language = document.language
    day = {"year": document.day.year, "month": document.day.month, "day": document.day.day}
    given = {
        **asdict(document),
        "day": day,
        "author": AUTHOR.in_language(language),
        "words": {name: text.in_language(language) for name, text in words.items()},
    }
    return json.dumps(given, ensure_ascii=False).encode(errors="replace")
