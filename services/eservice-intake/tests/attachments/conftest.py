import pytest
import sqlalchemy as sa

from eservice_intake.app import settings, storage
from eservice_intake.attachments.clamd import Clamd
from eservice_intake.attachments.models import Scan, StoredFile
from eservice_intake.attachments.scanner import Scanning


@pytest.fixture
async def no_other_files(database):
    """Files of other tests, which they have committed, do not wait to be scanned."""
    async with database.transaction() as tx:
        await (await tx.connection()).execute(sa.update(StoredFile).values(scan=Scan.CLEAN))


@pytest.fixture
def scanning(clamd):
    return Scanning(Clamd(clamd, 30), storage, settings)


@pytest.fixture
def scanned(with_settings):
    """Here, files are scanned."""
    with_settings(clamav_url="tcp://127.0.0.1:3310")
