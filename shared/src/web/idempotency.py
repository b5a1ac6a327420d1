"""`Idempotency-Key`: the first answer to a POST is kept with what it saved, and given again to a retry."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import ClassVar, Protocol

import jwt
import sqlalchemy as sa
from fastapi import Request, Response
from starlette.datastructures import UploadFile

from shared.bulk import Row
from shared.clock import now
from shared.database import Session
from shared.errors import Conflict, DomainError, Invalid, Text, Violation
from shared.tables import KEPT_ANSWER, KeptAnswer
from web.json_body import canonical

LONGEST_KEY = 255
KEPT_HEADERS = (b"content-language", b"content-type", b"location")


class KeyReused(DomainError):
    """This Idempotency-Key was used for a different request. Use a new key for a new request."""

    status: ClassVar[int] = 422
    sv: ClassVar[str] = "Nyckeln i Idempotency-Key har använts för en annan begäran. Använd en ny nyckel."


class StillInProgress(Conflict):
    """The first request with this Idempotency-Key is still in progress. Try again in a moment."""

    sv = "Den första begäran med denna Idempotency-Key pågår fortfarande. Försök igen om en stund."
    headers: ClassVar[dict[str, str]] = {"Retry-After": "1"}


class Digest(Protocol):
    def update(self, data: bytes, /) -> None: ...


@dataclass(frozen=True)
class IdempotentRequest:
    """A POST with an Idempotency-Key: the key of its path, and what it says and who says it."""

    key: str
    fingerprint: str

    async def lock(self, tx: Session) -> None:
        """Keep other processes from beginning the same. Raises StillInProgress when one has."""
        if tx.get_bind().dialect.name != "postgresql":
            return  # BEGIN IMMEDIATE lets one writer in at a time
        number = int.from_bytes(bytes.fromhex(self.key[:16]), signed=True)
        locked = await (await tx.connection()).execute(sa.text("SELECT pg_try_advisory_xact_lock(:n)"), {"n": number})
        if not locked.scalar():
            raise StillInProgress

    async def first_answer(self, session: Session) -> Response | None:
        """The answer that was kept, if there is one. Raises KeyReused when it answered another request."""
        query = sa.select(KEPT_ANSWER).where(KEPT_ANSWER.c.key == self.key)
        kept = (await (await session.connection()).execute(query)).one_or_none()
        if kept is None:
            return None
        if kept.fingerprint != self.fingerprint:
            raise KeyReused
        return Response(kept.body, kept.status, {**kept.headers, "Idempotency-Replayed": "true"})

    def row(self, response: Response) -> Row:
        """The answer as it is kept."""
        return {
            "key": self.key,
            "fingerprint": self.fingerprint,
            "status": response.status_code,
            "headers": {
                name.decode(): value.decode("latin-1") for name, value in response.raw_headers if name in KEPT_HEADERS
            },
            "body": bytes(response.body),
            "created_at": now(),
        }

    def keep(self, tx: Session, response: Response) -> None:
        tx.add(KeptAnswer(**self.row(response)))


async def identified(request: Request) -> IdempotentRequest | None:
    """The request, if it is a POST with a key. Raises Invalid when the key cannot be one."""
    key = request.headers.get("idempotency-key")
    if key is None or request.method != "POST":
        return None
    return IdempotentRequest(_scoped(request.scope["path"], key), await _fingerprint(request))


@contextmanager
def in_progress(request: Request, once: IdempotentRequest | None) -> Iterator[None]:
    """Raises StillInProgress while another with that key is in progress in this process."""
    if once is None:
        yield
        return
    keys: set[str] = request.app.state.in_progress
    if once.key in keys:
        raise StillInProgress
    keys.add(once.key)
    try:
        yield
    finally:
        keys.discard(once.key)


def _scoped(path: str, key: str) -> str:
    if not 0 < len(key) <= LONGEST_KEY:
        text = Text(sv=f"Nyckeln ska ha 1 till {LONGEST_KEY} tecken.", en=f"Use 1 to {LONGEST_KEY} characters.")
        raise Invalid(Violation("Idempotency-Key", "key_length", text))
    return hashlib.sha256(f"{path}\0{key}".encode()).hexdigest()


def _caller(request: Request) -> str:
    """Whom the token names: a renewed one is still the same caller's. Whether it is valid is checked elsewhere."""
    _, _, token = request.headers.get("authorization", "").partition(" ")
    if not token:
        return ""
    try:
        return str(jwt.decode(token, options={"verify_signature": False}).get("sub", ""))
    except jwt.PyJWTError:
        return token


async def _fingerprint(request: Request) -> str:
    """What the request says, and who says it. For a form, its files, since each sending has its own boundary."""
    digest = hashlib.sha256(_caller(request).encode())
    digest.update(request.headers.get("x-application-secret", "").encode())
    if request.headers.get("content-type", "").startswith("multipart/"):
        for name, value in sorted((await request.form()).multi_items(), key=lambda item: item[0]):
            digest.update(name.encode())
            await _digest(digest, value)
    else:
        digest.update(await canonical(request))
    return digest.hexdigest()


async def _digest(digest: Digest, value: UploadFile | str) -> None:
    if isinstance(value, str):
        digest.update(value.encode())
        return
    digest.update(f"{value.filename}\0".encode())
    while chunk := await value.read(64 * 1024):
        digest.update(chunk)
    await value.seek(0)
