"""Scans what was sent in, and tells the senders of what cannot be opened."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import sqlalchemy as sa
from prometheus_client import Counter, Gauge
from sqlmodel import col, select

from bus.worker import Worker
from eservice_intake.attachments.clamd import CONNECT_SECONDS, Clamd, ScanFailed, ScannerAway, Verdict
from eservice_intake.attachments.models import SCANS, Scan, StoredFile
from eservice_intake.attachments.refusals import tell_senders
from eservice_intake.attachments.storage import Storage, StorageAway
from eservice_intake.settings import IntakeSettings
from shared.clock import now
from shared.database import Database, Session
from shared.logging import log

AT_ONCE = 4
MOST_COUNTED = 10_000
MARGIN = timedelta(seconds=CONNECT_SECONDS + 25)
"""Of a lease, to connect and to record."""
RECORDED = ("scan", "scan_at", "attempts", "finding")
FOUND = {Verdict.CLEAN: Scan.CLEAN, Verdict.INFECTED: Scan.INFECTED, Verdict.UNREADABLE: Scan.FAILED}

_scanned = Counter("kommunbuss_attachment_scans", "Scans of attachments, by what the file is after it.", ["scan"])
SCANNED = {scan: _scanned.labels(scan) for scan in Scan}
WAITING = Gauge("kommunbuss_attachments_unscanned", "Files that wait to be scanned; 10,000 may be more.")
OLDEST = Gauge("kommunbuss_attachments_unscanned_oldest_seconds", "How long the oldest of them has waited.")


@dataclass(frozen=True)
class Scanning:
    """What scanning takes."""

    clamd: Clamd
    storage: Storage
    settings: IntakeSettings

    @property
    def lease(self) -> timedelta:
        return timedelta(seconds=self.settings.scan_seconds) + MARGIN


class Scanner(Worker):
    """Scans the files that wait. Without CLAMAV_URL it has nothing to do, and says so."""

    channel = SCANS
    settings: IntakeSettings
    _scanning: Scanning | None = None

    async def require(self) -> None:
        if self.settings.in_production and not self.settings.is_scanned:
            log.warning("attachments are not scanned for malware: set CLAMAV_URL")

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[None]:
        if self.settings.clamav_url:
            clamd = Clamd(self.settings.clamav_url, self.settings.scan_seconds)
            self._scanning = Scanning(clamd, Storage(self.settings), self.settings)
        yield

    async def step(self) -> int:
        if self._scanning is None:
            return 0
        return await tell_senders(self.database) + await scan_due(self.database, self._scanning)

    async def measure(self) -> None:
        if self._scanning is not None:
            await _measure_waiting(self.database)


async def scan_due(database: Database, scanning: Scanning) -> int:
    """Scan some files. Raises ScannerAway and StorageAway, when those that were begun are given back."""
    if not await _any_due(database):
        return 0
    async with database.transaction() as tx:
        files = await _claim(tx, scanning.lease)
    outcomes = await asyncio.gather(*(_scan(file, scanning) for file in files), return_exceptions=True)
    async with database.transaction() as tx:
        await _record(tx, files)
    for file in files:
        SCANNED[file.scan].inc()
    for outcome in outcomes:
        if isinstance(outcome, BaseException):
            raise outcome
    return len(files)


async def _scan(file: StoredFile, scanning: Scanning) -> None:
    settings = scanning.settings
    try:
        answer = await scanning.clamd.scan(scanning.storage.pieces(file.id, file.size))
    except (ScanFailed, FileNotFoundError) as error:
        reason = str(error) if isinstance(error, ScanFailed) else "the storage does not have it"
        file.retry(now(), timedelta(seconds=settings.scan_retry_seconds), settings.scan_attempts, reason)
    except (ScannerAway, StorageAway):
        file.give_back(now())
        raise
    else:
        file.settle(FOUND[answer.verdict], now(), answer.finding)
    if file.scan is not Scan.CLEAN:
        log.warning("a file is not clean", file_id=str(file.id), scan=file.scan, finding=file.finding)


_DUE = col(StoredFile.scan) == Scan.PENDING


async def _any_due(database: Database) -> bool:
    """Whether there is anything to claim. Takes no lock, so that an idle scanner is in nobody's way."""
    query = sa.select(col(StoredFile.id)).where(_DUE, col(StoredFile.scan_at) <= now()).limit(1)
    async with database.reading() as session:
        return (await (await session.connection()).execute(query)).first() is not None


async def _claim(tx: Session, lease: timedelta) -> Sequence[StoredFile]:
    """Take what is due, or whose lease has lapsed; no other scanner gets it meanwhile."""
    at = now()
    due = (
        select(StoredFile.id)
        .where(_DUE, col(StoredFile.scan_at) <= at)
        .order_by(col(StoredFile.scan_at))
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True)
        .cte("due")
    )
    claim = (
        sa.update(StoredFile)
        .where(col(StoredFile.id).in_(sa.select(due.c.id)))
        .values(attempts=col(StoredFile.attempts) + 1, lease=uuid4(), scan_at=at + lease)
        .returning(StoredFile)
    )
    result = await tx.exec(claim, execution_options={"synchronize_session": False})
    return list(result.scalars())


async def _record(tx: Session, files: Sequence[StoredFile]) -> None:
    """Save what came of the scans, except of those whose lease has gone to another scanner."""
    for file in files:
        mine = sa.update(StoredFile).where(col(StoredFile.id) == file.id, col(StoredFile.lease) == file.lease)
        found = {name: getattr(file, name) for name in RECORDED}
        await (await tx.connection()).execute(mine.values(lease=None, **found))


async def _measure_waiting(database: Database) -> None:
    some = sa.select(col(StoredFile.id)).where(_DUE).limit(MOST_COUNTED).subquery()
    oldest = sa.select(col(StoredFile.id)).where(_DUE).order_by(col(StoredFile.id)).limit(1)
    async with database.reading() as session:
        connection = await session.connection()
        WAITING.set((await connection.execute(sa.select(sa.func.count()).select_from(some))).scalar_one())
        first = (await connection.execute(oldest)).scalar()
    OLDEST.set((now() - _made_at(first)).total_seconds() if first else 0)


def _made_at(file_id: UUID) -> datetime:
    """When the id was made: it begins with the time in milliseconds (RFC 9562, UUIDv7)."""
    return datetime.fromtimestamp((file_id.int >> 80) / 1000, UTC)
