"""Who has signed in. The browser has an id in a cookie, the table its digest and what is sealed with the id."""

import base64
import hashlib
import json
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from cryptography.fernet import Fernet
from sqlmodel import col, select
from starlette.responses import Response

from portal.models import Kind, SignedIn
from portal.settings import PortalSettings
from shared.database import Database, Session
from shared.staff import person_id

IDLE = timedelta(minutes=60)
ABSOLUTE = timedelta(hours=10)
NOTED_EVERY = timedelta(minutes=1)
BROWSERS = (("Firefox", "Firefox"), ("Edg", "Edge"), ("Chrome", "Chrome"), ("Safari", "Safari"))
SYSTEMS = (("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS", "macOS"))


@dataclass(frozen=True)
class Person:
    """Somebody who has signed in, as the issuer says, with the tokens that the services ask for."""

    kind: Kind
    subject: str
    name: str
    token: str
    expires_at: float
    refresh: str | None = None
    roles: Sequence[str] = ()
    units: Sequence[str] = ()

    @property
    def id(self) -> UUID:
        return person_id(f"{self.kind}:{self.subject}")

    def has(self, *roles: str) -> bool:
        return not set(roles).isdisjoint(self.roles)


@dataclass(frozen=True)
class Found:
    """A session that still holds, and its cookie's id."""

    id: UUID
    cookie: str
    person: Person
    began_at: datetime


def cookie_name(name: str, settings: PortalSettings) -> str:
    """`__Host-` asks for TLS, which an embedded system on this machine has not: there the name is without it."""
    return f"__Host-{name}" if settings.has_tls else name


def set_cookie(response: Response, settings: PortalSettings, name: str, value: str) -> None:
    """A cookie that lasts as long as the browser runs, and that no script reads."""
    response.set_cookie(name, value, path="/", secure=settings.has_tls, httponly=True, samesite="lax")


async def begin(database: Database, person: Person, user_agent: str, at: datetime) -> str:
    """Keep that somebody has signed in, and give the new id for their cookie. What has ended is deleted meanwhile."""
    cookie = secrets.token_urlsafe(32)
    row = SignedIn(
        digest=_digest(cookie),
        kind=person.kind,
        person=person.id,
        sealed=_sealed(cookie, person),
        browser=browser_of(user_agent),
        began_at=at,
        used_at=at,
    )
    async with database.transaction() as tx:
        await _forget_ended(tx, at)
        tx.add(row)
    return cookie


async def find(database: Database, kind: Kind, cookie: str, at: datetime, *, is_use: bool = True) -> Found | None:
    """The session of a cookie, if it holds. Its use is noted once a minute: not what a page asks by itself."""
    async with database.reading() as session:
        row = (await session.exec(select(SignedIn).where(SignedIn.digest == _digest(cookie)))).first()
    if row is None or row.kind is not kind or _has_ended(row, at):
        return None
    if is_use and at - row.used_at > NOTED_EVERY:
        await _note_use(database, row.id, at)
    return Found(row.id, cookie, _opened(cookie, row.sealed), row.began_at)


async def renew(database: Database, found: Found, person: Person) -> Found:
    """Keep new tokens."""
    async with database.transaction() as tx:
        change = sa.update(SignedIn).where(col(SignedIn.id) == found.id)
        await tx.exec(change.values(sealed=_sealed(found.cookie, person)))
    return replace(found, person=person)


async def of_person(database: Database, person: Person, at: datetime) -> Sequence[SignedIn]:
    """Where somebody is signed in, the latest used first."""
    async with database.reading() as session:
        query = select(SignedIn).where(SignedIn.person == person.id).order_by(col(SignedIn.used_at).desc())
        return [row for row in await session.exec(query) if not _has_ended(row, at)]


async def lasts(database: Database, found: Found, at: datetime) -> bool:
    """Whether somebody is still signed in there, with a token that has not ended."""
    there = await of_person(database, found.person, at)
    return at.timestamp() < found.person.expires_at and any(one.id == found.id for one in there)


async def end(database: Database, person: Person, session_id: UUID) -> None:
    """Sign somebody out of one of their sessions; nothing happens to anybody else's."""
    async with database.transaction() as tx:
        await tx.exec(sa.delete(SignedIn).where(col(SignedIn.id) == session_id, col(SignedIn.person) == person.id))


async def forget(database: Database, kind: Kind, cookie: str) -> None:
    """End the session of a cookie, if there is one."""
    async with database.transaction() as tx:
        mine = (col(SignedIn.digest) == _digest(cookie), col(SignedIn.kind) == kind)
        await tx.exec(sa.delete(SignedIn).where(*mine))


async def _note_use(database: Database, session_id: UUID, at: datetime) -> None:
    async with database.transaction() as tx:
        await tx.exec(sa.update(SignedIn).where(col(SignedIn.id) == session_id).values(used_at=at))


async def _forget_ended(tx: Session, at: datetime) -> None:
    ended = sa.or_(col(SignedIn.used_at) < at - IDLE, col(SignedIn.began_at) < at - ABSOLUTE)
    await tx.exec(sa.delete(SignedIn).where(ended))


def _has_ended(row: SignedIn, at: datetime) -> bool:
    return row.used_at < at - IDLE or row.began_at < at - ABSOLUTE


def _digest(cookie: str) -> bytes:
    return hashlib.sha256(b"digest:" + cookie.encode()).digest()


def _box(cookie: str) -> Fernet:
    """Made of the cookie's id: whoever reads the table alone opens nothing."""
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(b"seal:" + cookie.encode()).digest()))


def _sealed(cookie: str, person: Person) -> bytes:
    return _box(cookie).encrypt(json.dumps(asdict(person)).encode())


def _opened(cookie: str, sealed: bytes) -> Person:
    fields: Mapping[str, Any] = json.loads(_box(cookie).decrypt(sealed))
    return Person(**{**fields, "kind": Kind(fields["kind"])})


def browser_of(user_agent: str) -> str:
    """What somebody knows their browser by: `Firefox, Windows`."""
    browser = next((name for sign, name in BROWSERS if re.search(rf"{sign}\w*/", user_agent)), "")
    system = next((name for sign, name in SYSTEMS if sign in user_agent), "Linux" if "Linux" in user_agent else "")
    return ", ".join(filter(None, (browser, system)))
