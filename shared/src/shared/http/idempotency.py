"""`Idempotency-Key`: the first answer to a POST is kept with what it saved, and given again to a retry."""

import hashlib
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any, ClassVar

import jwt
import sqlalchemy as sa
from fastapi import APIRouter, Request, Response
from fastapi.routing import APIRoute
from starlette.datastructures import UploadFile

from shared.clock import now
from shared.database import Session
from shared.errors import Conflict, DomainError, Invalid, Text, Violation
from shared.tables import KeptAnswer

LONGEST_KEY = 255
KEPT_HEADERS = ("content-type", "location")


class KeyReused(DomainError):
    """This Idempotency-Key was used for a different request. Use a new key for a new request."""

    status: ClassVar[int] = 422
    sv: ClassVar[str] = "Nyckeln i Idempotency-Key har använts för en annan begäran. Använd en ny nyckel."


class StillInProgress(Conflict):
    """The first request with this Idempotency-Key is still in progress. Try again in a moment."""

    sv = "Den första begäran med denna Idempotency-Key pågår fortfarande. Försök igen om en stund."
    headers: ClassVar[dict[str, str]] = {"Retry-After": "1"}


class AlreadyAnswered(Exception):
    def __init__(self, answer: KeptAnswer) -> None:
        self.answer = answer


@asynccontextmanager
async def begin_once(request: Request, tx: Session) -> AsyncIterator[None]:
    """Let the request through the first time its key is seen; raise AlreadyAnswered the second."""
    key = request.headers.get("idempotency-key")
    if key is None or request.method != "POST":
        yield
        return
    key = _scoped(request, key)
    in_progress: set[str] = request.app.state.in_progress
    if key in in_progress or not await _lock(tx, key):
        raise StillInProgress
    in_progress.add(key)
    try:
        fingerprint = await _fingerprint(request)
        answer = await tx.get(KeptAnswer, key)
        if answer is not None:
            tx.expunge(answer)  # the rollback on the way out would empty it
            raise AlreadyAnswered(answer) if answer.fingerprint == fingerprint else KeyReused
        request.state.once = (tx, key, fingerprint)
        yield
    finally:
        in_progress.discard(key)


class OnceRoute(APIRoute):
    """Keeps the answer in the request's own transaction, so that both are saved or neither."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def once(request: Request) -> Response:
            try:
                response = await handle(request)
            except AlreadyAnswered as repeated:
                kept = repeated.answer
                return Response(kept.body, kept.status, {**kept.headers, "Idempotency-Replayed": "true"})
            if hasattr(request.state, "once"):
                tx, key, fingerprint = request.state.once
                headers = {name: value for name, value in response.headers.items() if name in KEPT_HEADERS}
                tx.add(
                    KeptAnswer(
                        key=key,
                        fingerprint=fingerprint,
                        status=response.status_code,
                        headers=headers,
                        body=bytes(response.body),
                        created_at=now(),
                    )
                )
            return response

        return once


class Router(APIRouter):
    """An APIRouter whose POSTs honour `Idempotency-Key`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"route_class": OnceRoute, **kwargs})


def _scoped(request: Request, key: str) -> str:
    if not 0 < len(key) <= LONGEST_KEY:
        raise Invalid(
            Violation(
                "Idempotency-Key",
                "key_length",
                Text(
                    sv=f"Nyckeln ska ha 1 till {LONGEST_KEY} tecken.",
                    en=f"Use 1 to {LONGEST_KEY} characters.",
                ),
            )
        )
    return hashlib.sha256(f"{request.url.path}\0{key}".encode()).hexdigest()


async def _lock(tx: Session, key: str) -> bool:
    if tx.get_bind().dialect.name != "postgresql":
        return True  # BEGIN IMMEDIATE lets one writer in at a time
    number = int.from_bytes(bytes.fromhex(key[:16]), signed=True)
    connection = await tx.connection()
    result = await connection.execute(sa.text("SELECT pg_try_advisory_xact_lock(:n)"), {"n": number})
    return bool(result.scalar())


def _caller(request: Request) -> str:
    """Whom the token names: a renewed one is still the same caller's. Whether it is valid is checked elsewhere."""
    _, _, token = request.headers.get("authorization", "").partition(" ")
    try:
        return str(jwt.decode(token, options={"verify_signature": False}).get("sub", ""))
    except jwt.PyJWTError:
        return token


async def _fingerprint(request: Request) -> str:
    """What the request says, and who says it. For a form, its files, since each sending has its own boundary."""
    digest = hashlib.sha256(_caller(request).encode())
    if request.headers.get("content-type", "").startswith("multipart/"):
        for name, value in sorted((await request.form()).multi_items(), key=lambda item: item[0]):
            digest.update(name.encode())
            await _digest(digest, value)
    else:
        digest.update(await request.body())
    return digest.hexdigest()


async def _digest(digest: Any, value: UploadFile | str) -> None:
    if isinstance(value, str):
        digest.update(value.encode())
        return
    digest.update(f"{value.filename}\0{value.content_type}\0".encode())
    while chunk := await value.read(64 * 1024):
        digest.update(chunk)
    await value.seek(0)
