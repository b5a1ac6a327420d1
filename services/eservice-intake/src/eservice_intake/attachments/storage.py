"""Where the bytes of attachments are: in a folder or in a bucket, by one library."""

import asyncio
import os
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO
from urllib.parse import urlsplit
from uuid import UUID

import obstore
from fastapi import Request
from obstore.exceptions import BaseError
from obstore.store import LocalStore, ObjectStore, S3Store

from eservice_intake.settings import IntakeSettings
from shared.errors import Unavailable

if TYPE_CHECKING:
    from obstore.store import S3Config

PIECE_BYTES = 1024 * 1024
"""Read at one time: what somebody who fetches a file, and a scan of it, hold of memory."""


class StorageAway(Unavailable):
    """Attachments cannot be kept or fetched at the moment. Nothing was saved. Try again in a moment."""

    sv = "Bilagor kan inte tas emot eller hämtas just nu. Inget sparades. Försök igen om en stund."


class Storage:
    """Files by their ids. Nothing is opened before the first use."""

    def __init__(self, settings: IntakeSettings) -> None:
        self._settings = settings
        self._folder = None if settings.attachments_url else settings.data_dir / "attachments"

    @cached_property
    def _store(self) -> ObjectStore:
        if self._folder is not None:
            return LocalStore(self._folder, mkdir=True)
        return _bucket(self._settings)

    async def keep(self, file_id: UUID, content: BinaryIO) -> None:
        """Save the file, whole or not at all. Raises StorageAway."""
        with _or_away():
            await obstore.put_async(self._store, str(file_id), content)
            if self._folder is not None:
                await asyncio.to_thread(_to_disk, self._folder, str(file_id))

    async def pieces(self, file_id: UUID, size: int) -> AsyncIterator[bytes]:
        """The file, a piece at a time, each when it is asked for. Raises FileNotFoundError, StorageAway."""
        for start in range(0, size, PIECE_BYTES):
            with _or_away():
                piece = await obstore.get_range_async(
                    self._store, str(file_id), start=start, end=min(start + PIECE_BYTES, size)
                )
            yield bytes(piece)

    async def delete(self, file_ids: Sequence[UUID]) -> None:
        """Delete the files, those that are not there too. Raises StorageAway."""
        for file_id in file_ids:
            with suppress(FileNotFoundError), _or_away():
                await obstore.delete_async(self._store, str(file_id))


def storage_of(request: Request) -> Storage:
    storage: Storage = request.app.state.storage
    return storage


def _bucket(settings: IntakeSettings) -> S3Store:
    where, secret = urlsplit(settings.attachments_url or ""), settings.s3_secret_access_key
    config: S3Config = {"region": settings.s3_region}
    if settings.s3_endpoint:
        config["endpoint"] = settings.s3_endpoint
    if settings.s3_access_key_id and secret:
        config["access_key_id"], config["secret_access_key"] = settings.s3_access_key_id, secret.get_secret_value()
    return S3Store(
        where.netloc,
        prefix=where.path.strip("/") or None,
        config=config,
        client_options={"allow_http": True, "connect_timeout": timedelta(seconds=5), "timeout": timedelta(seconds=30)},
        retry_config={"max_retries": 2, "retry_timeout": timedelta(seconds=20)},
    )


@contextmanager
def _or_away() -> Iterator[None]:
    try:
        yield
    except FileNotFoundError:
        raise
    except (BaseError, OSError) as error:
        raise StorageAway from error


def _to_disk(folder: Path, name: str) -> None:
    """Return when the file, and its name, would outlive a loss of power."""
    for path in (folder / name, folder):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
