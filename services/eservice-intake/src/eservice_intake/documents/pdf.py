"""Documents as PDF/A-2a and PDF/UA-1 in one: kept for long, and read by everybody."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

import httpx
from fastapi import Request

from eservice_intake.catalogue.answers import UNANSWERED, ReadAnswer
from shared.errors import Text, Unavailable
from shared.events import Language
from shared.logging import log
from typesetter.app import LONGEST_SECONDS, api

PATIENCE_SECONDS = LONGEST_SECONDS + 5
AUTHOR = Text(sv="Kommunen", en="The municipality")
LACKING = Text(
    sv="Här finns tecken (□) som dokumentet inte kan visa. Läs hela texten på ärendets statussida.",
    en="There are characters here (□) that the document cannot show. Read the whole text on the case's status page.",
)
REPLACED = Text(
    sv="□ står för ett tecken som dokumentets typsnitt saknar. På ärendets statussida finns texten som den skrevs.",
    en="□ stands for a character that the fonts of this document lack. The case's status page has the text as written.",
)


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


class Typesetter:
    """Who makes PDFs: behind a socket, or in this process where there is none."""

    def __init__(self, socket: Path | None) -> None:
        self._socket = socket

    @cached_property
    def _http(self) -> httpx.AsyncClient:
        transport = _through(self._socket) if self._socket else httpx.ASGITransport(api)
        return httpx.AsyncClient(transport=transport, base_url="http://typesetter", timeout=PATIENCE_SECONDS)

    async def as_pdf(self, document: Document) -> bytes:
        """The same bytes for the same document. Raises DocumentNotMade when it takes too long or too much memory."""
        try:
            answer = await self._http.post("/documents", content=_as_json(document))
            answer.raise_for_status()
        except httpx.HTTPError as error:
            log.error("a document could not be made", error=repr(error))
            raise DocumentNotMade from error
        return answer.content


def _through(socket: Path) -> httpx.AsyncHTTPTransport:
    """A connection for each document: one that is kept would be dead when the typesetter has been started again."""
    return httpx.AsyncHTTPTransport(uds=str(socket), limits=httpx.Limits(max_keepalive_connections=0))


def typesetter_of(request: Request) -> Typesetter:
    typesetter: Typesetter = request.app.state.typesetter
    return typesetter


def _as_json(document: Document) -> bytes:
    words = {"unanswered": UNANSWERED, "lacking": LACKING, "replaced": REPLACED}
    language = document.language
    day = {"year": document.day.year, "month": document.day.month, "day": document.day.day}
    given = {
        **asdict(document),
        "day": day,
        "author": AUTHOR.in_language(language),
        "words": {name: text.in_language(language) for name, text in words.items()},
    }
    return json.dumps(given, ensure_ascii=False).encode(errors="replace")
