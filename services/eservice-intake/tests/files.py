"""Files that are sent ahead, and what is kept of them, for tests."""

from uuid import UUID, uuid4

from eservice_intake.app import settings
from eservice_intake.attachments.models import Attachment, StoredFile

PDF = b"%PDF-1.7 a small one"
FOLDER = settings.data_dir / "attachments"


def new_pdf(content=b""):
    """One that nobody has sent before."""
    return PDF + str(uuid4()).encode() + content


async def send(client, content=PDF, name="ritning.pdf", content_type="application/pdf", **headers):
    return await client.post("/attachments", files={"file": (name, content, content_type)}, headers=headers)


async def send_file(client, content=PDF, name="ritning.pdf"):
    """The id of a file that was received."""
    response = await send(client, content, name)
    assert response.status_code == 201, response.text
    return response.json()["id"]


def stored():
    """What is kept, by its name."""
    return {path.name: path.read_bytes() for path in FOLDER.glob("*")} if FOLDER.is_dir() else {}


async def file_of(database, attachment_id):
    async with database.reading() as session:
        attachment = await session.get(Attachment, UUID(str(attachment_id)))
        return attachment and await session.get_one(StoredFile, attachment.file_id, populate_existing=True)
