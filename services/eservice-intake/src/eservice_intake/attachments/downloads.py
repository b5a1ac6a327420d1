"""A file on its way out: never one that is not known to be clean, unless nothing is scanned here; and never shown."""

from collections.abc import AsyncIterator
from typing import Any

from fastapi import Request
from fastapi.responses import StreamingResponse

from eservice_intake.attachments.models import CLOSED, HasMalware, NotScannedYet, UnknownAttachment, Unreadable
from eservice_intake.attachments.rules import download_name
from eservice_intake.attachments.storage import StorageAway, storage_of
from eservice_intake.attachments.uses import Used
from shared.errors import DomainError
from web import refusals

NEVER_SHOWN = {
    "Content-Security-Policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
}
"""A file is saved. Opened in a browser nevertheless, it may do nothing."""
OCTETS = "application/octet-stream"
_SCANNED = {
    "description": "`clean`, or `not_scanned` where nothing is scanned.",
    "required": True,
    "schema": {"type": "string", "enum": ["clean", "not_scanned"]},
}
CLOSED_BECAUSE = (UnknownAttachment, NotScannedYet, HasMalware, Unreadable, StorageAway)


def answers(*refused: type[DomainError]) -> dict[int | str, dict[str, Any]]:
    """What a route that hands out a file may answer, besides those refusals."""
    file = {
        "description": "The file.",
        "content": {OCTETS: {"schema": {"type": "string", "format": "binary"}, "example": "%PDF-1.7"}},
        "headers": {"X-Malware-Scan": _SCANNED},
    }
    return {200: file, **refusals(*refused, *CLOSED_BECAUSE)}


async def download(request: Request, used: Used, diary: str) -> StreamingResponse:
    """The file under a name of ours. Raises what keeps it closed, and StorageAway before anything is sent."""
    scan = used.scan_in(request.app.state.settings)
    if scan in CLOSED:
        raise CLOSED[scan]
    attachment = used.attachment
    pieces = await begun(storage_of(request).pieces(attachment.file_id, attachment.size))
    name = download_name(diary, used.use.question, attachment.content_type)
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Content-Length": str(attachment.size),
        "X-Malware-Scan": scan,
    }
    return StreamingResponse(pieces, media_type=OCTETS, headers={**headers, **NEVER_SHOWN})


async def begun(pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The pieces, of which the first is there: what fails by then is still an answer. Raises StorageAway."""
    try:
        return _all(await anext(pieces), pieces)
    except FileNotFoundError as error:
        raise StorageAway from error


async def _all(first: bytes, pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield first
    async for piece in pieces:
        yield piece
