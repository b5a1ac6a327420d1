"""Where the bytes of attachments are: a folder, or a bucket of a server that speaks S3."""

from collections.abc import Iterator
from io import BytesIO
from tempfile import SpooledTemporaryFile
from uuid import uuid4

import pytest

from eservice_intake.attachments.storage import Storage, StorageAway
from eservice_intake.settings import IntakeSettings
from testkit.s3 import serving_s3

LARGE = bytes(range(256)) * 30_000
KEYS = {"s3_access_key_id": "kommunbuss", "s3_secret_access_key": "a secret"}


@pytest.fixture(scope="module")
def s3() -> Iterator[str]:
    with serving_s3("bilagor") as url:
        yield url


@pytest.fixture(params=["folder", "bucket"])
def storage(request, tmp_path):
    if request.param == "folder":
        return Storage(IntakeSettings(data_dir=tmp_path))
    endpoint = request.getfixturevalue("s3")
    return Storage(IntakeSettings(attachments_url="s3://bilagor/intake", s3_endpoint=endpoint, **KEYS))


async def read(storage, file_id, size):
    return b"".join([piece async for piece in storage.pieces(file_id, size)])


@pytest.mark.parametrize("content", [b"", b"one byte less than two", LARGE], ids=["empty", "small", "large"])
async def test_what_is_kept_is_there(storage, content):
    file_id = uuid4()
    with SpooledTemporaryFile(1024**2) as spooled:
        spooled.write(content)
        spooled.seek(0)
        await storage.keep(file_id, spooled)

    assert await read(storage, file_id, len(content)) == content


async def test_a_file_is_read_a_piece_at_a_time(storage):
    file_id = uuid4()
    await storage.keep(file_id, BytesIO(LARGE))

    sizes = [len(piece) async for piece in storage.pieces(file_id, len(LARGE))]

    assert max(sizes) <= 1024**2
    assert sum(sizes) == len(LARGE)


async def test_what_is_deleted_is_gone_and_nothing_else(storage):
    one, other = uuid4(), uuid4()
    for file_id in (one, other):
        await storage.keep(file_id, BytesIO(b"a file"))

    await storage.delete([one, uuid4()])

    with pytest.raises(FileNotFoundError):
        await read(storage, one, 6)
    assert await read(storage, other, 6) == b"a file"


async def test_a_bucket_has_its_files_in_the_folder_of_the_setting(s3):
    urls = "s3://bilagor/intake", "s3://bilagor", "s3://bilagor/intake/"
    here, elsewhere, again = [Storage(IntakeSettings(attachments_url=url, s3_endpoint=s3, **KEYS)) for url in urls]
    file_id = uuid4()

    await here.keep(file_id, BytesIO(b"a file"))

    assert await read(again, file_id, 6) == b"a file"
    with pytest.raises(FileNotFoundError):
        await read(elsewhere, file_id, 6)


async def test_a_bucket_that_is_away_is_not_the_senders_fault():
    storage = Storage(IntakeSettings(attachments_url="s3://bilagor", s3_endpoint="http://127.0.0.1:1", **KEYS))

    with pytest.raises(StorageAway):
        await storage.keep(uuid4(), BytesIO(b"a file"))
    with pytest.raises(StorageAway):
        await read(storage, uuid4(), 6)
    with pytest.raises(StorageAway):
        await storage.delete([uuid4()])


async def test_the_folder_outlives_a_loss_of_power(tmp_path, monkeypatch):
    synced = []
    monkeypatch.setattr("os.fsync", synced.append)
    storage, file_id = Storage(IntakeSettings(data_dir=tmp_path)), uuid4()

    await storage.keep(file_id, BytesIO(b"a file"))

    assert len(synced) == 2
