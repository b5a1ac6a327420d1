from uuid import UUID, uuid4

import pytest
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlmodel import select

from eservice_intake.app import settings
from eservice_intake.attachments import SIGNATURES, plain_name
from eservice_intake.models import Attachment
from shared.database import Session

FOLDER = settings.data_dir / "attachments"
PDF = b"%PDF-1.7 a small one"


async def send(client, content=PDF, name="ritning.pdf", content_type="application/pdf", **headers):
    return await client.post("/attachments", files={"file": (name, content, content_type)}, headers=headers)


def stored():
    return {path.name: path.read_bytes() for path in FOLDER.glob("*")} if FOLDER.is_dir() else {}


async def test_a_file_is_stored_under_its_id(client, database):
    content = PDF + b"x" * 700_000

    response = await send(client, content)

    receipt = response.json()
    async with database.reading() as reading:
        row = await reading.get(Attachment, UUID(receipt["id"]))
    assert response.status_code == 201
    assert receipt == {
        "id": receipt["id"],
        "size": len(content),
        "content_type": "application/pdf",
    }
    assert (row.filename, row.size) == ("ritning.pdf", len(content))
    assert stored()[receipt["id"]] == content


@pytest.mark.parametrize("content_type", SIGNATURES)
async def test_each_type_is_known_by_its_beginning(client, content_type):
    offset, [start, *_] = SIGNATURES[content_type]

    right = await send(client, b"\0" * offset + start + b"the rest", content_type=f"{content_type}; charset=binary")
    wrong = await send(client, b"<html>" + b"\0" * offset + start, content_type=content_type)

    assert (right.status_code, wrong.status_code) == (201, 415)


@pytest.mark.parametrize("untold", ["", "application/octet-stream"])
@pytest.mark.parametrize(
    ("name", "content", "found"),
    [
        ("ritning", PDF, "application/pdf"),
        ("foto.heic", b"\0\0\0\x18ftypheic", "image/heic"),
        ("intyg.odt", b"PK\x03\x04", "application/vnd.oasis.opendocument.text"),
    ],
)
async def test_a_file_whose_type_the_browser_does_not_know_is_judged_by_its_bytes(client, untold, name, content, found):
    response = await send(client, content, name, untold)

    assert (response.status_code, response.json()["content_type"]) == (201, found)


@pytest.mark.parametrize("content", [b"<html>", b"PK\x03\x04"])
async def test_a_file_that_could_be_anything_is_refused(client, content):
    response = await send(client, content, "program.jar", "application/octet-stream")

    assert response.status_code == 415


@pytest.mark.parametrize("content_type", ["text/html", "image/svg+xml"])
async def test_other_types_are_refused(client, content_type):
    before = stored()

    response = await send(client, content_type=content_type)

    assert response.status_code == 415
    assert response.json()["code"] == "UnsupportedAttachment"
    assert stored() == before


async def test_an_empty_file_is_refused(client):
    assert (await send(client, b"")).status_code == 415


async def test_a_file_may_be_larger_than_other_requests_but_not_too_large(client):
    right = await send(client, PDF.ljust(settings.max_attachment_bytes))
    over = await send(client, PDF.ljust(settings.max_attachment_bytes + 1))
    far_over = await send(client, PDF.ljust(settings.max_attachment_bytes + 1024**2))

    assert (right.status_code, over.status_code, far_over.status_code) == (201, 413, 413)
    assert over.json()["detail"] == "Filen är för stor: högst 10 MB tas emot."


async def test_a_request_without_a_file_is_refused(client):
    response = await client.post("/attachments", data={"note": "no file"})

    assert response.status_code == 422
    assert response.json()["violations"][0]["field"] == "file"


@pytest.mark.parametrize(
    ("given", "plain"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\anna\\ritning.pdf", "ritning.pdf"),
        ("å\0\n\u202eä.pdf", "åä.pdf"),
        ("..", ".."),
        ("a/", "file"),
        ("x" * 300 + ".pdf", "x" * 196 + ".pdf"),
    ],
)
def test_a_filename_is_only_a_name(given, plain):
    assert plain_name(given) == plain


async def test_a_retry_with_the_same_key_gets_the_first_id_and_stores_nothing(client):
    key = {"Idempotency-Key": str(uuid4())}
    first = await send(client, **key)
    before = stored()

    second = await send(client, **key)
    other = await send(client, PDF + b"!", **key)
    renamed = await send(client, name="annan.pdf", **key)

    assert second.json() == first.json()
    assert (other.status_code, renamed.status_code) == (422, 422)
    assert stored() == before


async def test_a_file_whose_row_is_refused_at_the_commit_is_deleted(committing_client, monkeypatch):
    before = stored()
    monkeypatch.setattr(Session, "commit", refused)

    response = await send(committing_client)

    assert response.status_code == 500
    assert stored() == before


async def refused(session):
    await session.flush()
    raise IntegrityError("COMMIT", {}, Exception("a deferred constraint"))


async def test_a_file_whose_row_may_be_saved_is_kept(app, committing_client, monkeypatch):
    before = stored()

    with monkeypatch.context() as patch:
        patch.setattr(Session, "commit", losing(Session.commit))
        response = await send(committing_client)

    async with app.state.database.reading() as reading:
        rows = {str(attachment_id) for attachment_id in await reading.exec(select(Attachment.id))}
    [kept] = stored().keys() - before.keys()
    assert (response.status_code, response.json()["code"]) == (503, "MaybeSaved")
    assert kept in rows


def losing(commit):
    """A commit that is done, but whose answer is lost with the connection."""

    async def lost(session):
        await commit(session)
        raise OperationalError("COMMIT", {}, ConnectionResetError(), connection_invalidated=True)

    return lost
