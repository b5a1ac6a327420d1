"""Makes PDFs: `uvicorn typesetter.app:api --uds SOCKET`, or called within the process that wants them."""

import asyncio
import sys
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

PROGRAM = Path(__file__).with_name("document.py")
AT_ONCE = 1
"""It may take as much memory as all else in a container."""
LONGEST_SECONDS = 30


async def make(request: Request) -> Response:
    """The PDF of a document, or 503 when that takes too long or too much memory."""
    document = await request.body()
    try:
        async with asyncio.timeout(LONGEST_SECONDS), _turn:
            exit_code, made = await _typeset(document)
    except TimeoutError:
        exit_code, made = None, b""
    if exit_code != 0:
        return Response(status_code=503)
    return Response(made, media_type="application/pdf")


async def health(_request: Request) -> Response:
    return Response()


async def _typeset(document: bytes) -> tuple[int | None, bytes]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-I",
        PROGRAM,
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


_turn = asyncio.Semaphore(AT_ONCE)
api = Starlette(routes=[Route("/documents", make, methods=["POST"]), Route("/health", health)])
