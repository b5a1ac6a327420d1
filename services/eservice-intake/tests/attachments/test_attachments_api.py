import errno
from io import BytesIO
from os import urandom
from uuid import UUID, uuid4
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlmodel import select

from eservice_intake.app import settings
from eservice_intake.attachments.models import Attachment
from eservice_intake.attachments.uploads import plain_name
from eservice_intake.catalogue import file_types
from shared.database import Session

from ..files import PDF, new_pdf, send, stored


def archive(*parts):
    content = BytesIO()
    with ZipFile(content, "w", ZIP_DEFLATED) as file:
        for name, text in parts:
            file.writestr(name, text)
    return content.getvalue()


def types(main):
    return ("[Content_Types].xml", f'<Types><Override PartName="/x" ContentType="{main}"/></Types>')


TEXT = "application/vnd.oasis.opendocument.text"
SHEET = "application/vnd.oasis.opendocument.spreadsheet"
TYPES = ("[Content_Types].xml", "<Types/>")
MACROS = "application/vnd.ms-word.document.macroEnabled.main+xml"
HIDDEN_MACROS = f'<Types>{file_types.DOCX}.main+xml "application/vnd.ms-office.vbaProject"</Types>'
DOCX = archive(types("application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"), ("x.xml", ""))
WHOLE = [
    ("ritning.pdf", PDF, "application/pdf"),
    ("foto.png", b"\x89PNG\r\n\x1a\n", "image/png"),
    ("foto.jpg", b"\xff\xd8\xff\xe0" + bytes(50), "image/jpeg"),
    ("foto.HEIC", b"\0\0\0\x18ftypheic", "image/heic"),
    ("intyg.docx", DOCX, file_types.DOCX),
    ("intyg.docx", archive(TYPES, ("word/document.xml", "")), file_types.DOCX),
    ("mått.xlsx", archive(("xl/workbook.xml", ""), types(f"{file_types.XLSX}.main+xml")), file_types.XLSX),
    (
        "intyg.odt",
        archive(("mimetype", "application/vnd.oasis.opendocument.text")),
        "application/vnd.oasis.opendocument.text",
    ),
    ("mått.ods", archive(("mimetype", SHEET), ("content.xml", "")), SHEET),
]


async def test_a_file_is_stored_under_an_id_of_ours(client, database):
    content = new_pdf() + b"x" * 700_000

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
    assert stored()[str(row.file_id)] == content


@pytest.mark.parametrize("label", ["", "application/octet-stream", "image/jpg", "application/x-pdf", "text/html"])
@pytest.mark.parametrize(("name", "content", "found"), WHOLE)
async def test_a_file_is_what_its_content_says_whatever_the_browser_calls_it(client, label, name, content, found):
    response = await send(client, content, name, label)

    assert (response.status_code, response.json().get("content_type")) == (201, found)


@pytest.mark.parametrize("brand", ["heic", "heix", "heim", "heis", "hevc", "hevx", "hevm", "hevs", "mif1", "msf1"])
@pytest.mark.parametrize("name", ["a.heic", "B.HEIF", "c.hif", "d"])
async def test_every_photo_of_a_phone_is_taken(client, brand, name):
    response = await send(client, b"\0\0\0\x18ftyp" + brand.encode(), name)

    assert (response.status_code, response.json().get("content_type")) == (201, "image/heic")


@pytest.mark.parametrize(("name", "content", "_"), WHOLE)
@pytest.mark.parametrize("ending", [".exe", ".pdf.exe", ".scr", ".html", ".docm", ".gif"])
async def test_the_name_of_a_file_agrees_with_its_content(client, name, content, _, ending):
    response = await send(client, content, name.rpartition(".")[0] + ending)

    assert response.status_code == 415


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.pdf", b"<html>"),
        ("a.pdf", b"%PDF-<script>alert(1)</script>"),
        ("a.docx", PDF),
        ("a.xlsx", DOCX),
        ("a.docx", b"PK\x03\x04"),
        ("a.docx", archive(("evil.exe", "MZ"))),
        ("a.docx", archive(("META-INF/MANIFEST.MF", ""), ("Main.class", ""))),
        ("a.docx", archive(TYPES, ("word/document.xml", ""), ("word/vbaProject.bin", ""))),
        ("a.docx", archive(("[Content_Types].xml", MACROS), ("word/document.xml", ""))),
        ("a.docx", archive(("[Content_Types].xml", HIDDEN_MACROS), ("word/document.xml", ""), ("word/a.bin", ""))),
        ("a.docx", archive(TYPES, ("word/document.xml", "0" * 5_000_000))),
        ("a.docx", archive(TYPES, ("word/document.xml", ""), *((f"{number}", "") for number in range(12_000)))),
        ("a.odt", archive(("mimetype", "application/vnd.oasis.opendocument.text"), ("Basic/Standard/a.xml", ""))),
        ("a.odt", archive(("mimetype", "application/java-archive"))),
        ("a.odt", DOCX),
    ],
)
async def test_what_only_looks_like_a_document_is_refused(client, name, content):
    before = stored()

    response = await send(client, content, name)

    assert response.status_code == 415
    assert response.json()["code"] == "UnsupportedAttachment"
    assert stored() == before


@pytest.mark.parametrize("charset", ["punycode", "utf-16", "no-such"])
async def test_a_form_in_another_charset_is_refused_before_it_is_read(client, charset):
    headers = {"Content-Type": f"multipart/form-data; boundary=x; charset={charset}"}
    form = b'--x\r\nContent-Disposition: form-data; name="f-"\r\n\r\na-a\r\n--x--\r\n'

    response = await client.post("/attachments", content=form, headers=headers)

    assert (response.status_code, response.json()["code"]) == (415, "NotUtf8")


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
        ("..", "file"),
        ("faktura.exe. ", "faktura.exe"),
        ("a/", "file"),
        ("x" * 300 + ".pdf", "x" * 196 + ".pdf"),
    ],
)
def test_a_filename_is_only_a_name(given, plain):
    assert plain_name(given) == plain


async def test_a_retry_with_the_same_key_gets_the_first_id_and_stores_nothing(client):
    key = {"Idempotency-Key": str(uuid4())}
    content = new_pdf()
    first = await send(client, content, **key)
    before = stored()

    second = await send(client, content, **key)
    other = await send(client, new_pdf(), **key)
    renamed = await send(client, content, name="annan.pdf", **key)

    assert second.json() == first.json()
    assert (other.status_code, renamed.status_code) == (422, 422)
    assert stored() == before


async def test_a_file_whose_row_is_refused_at_the_commit_is_deleted(committing_client, monkeypatch):
    before = stored()
    monkeypatch.setattr(Session, "commit", refused)

    response = await send(committing_client, new_pdf())

    assert response.status_code == 500
    assert stored() == before


async def refused(session):
    await session.flush()
    raise IntegrityError("COMMIT", {}, Exception("a deferred constraint"))


async def test_a_file_whose_row_may_be_saved_is_kept(app, committing_client, monkeypatch):
    before = stored()

    with monkeypatch.context() as patch:
        patch.setattr(Session, "commit", losing(Session.commit))
        response = await send(committing_client, new_pdf())

    async with app.state.database.reading() as reading:
        rows = {str(file_id) for file_id in await reading.exec(select(Attachment.file_id))}
    [kept] = stored().keys() - before.keys()
    assert (response.status_code, response.json()["code"]) == (503, "MaybeSaved")
    assert kept in rows


def losing(commit):
    """A commit that is done, but whose answer is lost with the connection."""

    async def lost(session):
        await commit(session)
        raise OperationalError("COMMIT", {}, ConnectionResetError(), connection_invalidated=True)

    return lost


async def test_a_disk_that_is_full_is_our_trouble_and_not_the_senders(client, monkeypatch):
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("obstore.put_async", full)
        when_kept = await send(client, new_pdf())
    monkeypatch.setattr("tempfile.TemporaryFile", full)
    when_read = await send(client, PDF + bytes(2_000_000))

    answers = [(answer.status_code, answer.json()["code"]) for answer in (when_kept, when_read)]
    assert answers == [(503, "StorageAway"), (503, "Unavailable")]


async def test_a_type_may_have_a_limit_of_its_own(client, with_settings):
    with_settings(attachment_type_megabytes={"docx": 1})

    over = await send(client, archive(types(f"{file_types.DOCX}.main+xml"), ("x", urandom(1024**2))), "intyg.docx")
    other = await send(client, PDF + bytes(1024**2))

    assert (over.status_code, other.status_code) == (413, 201)
    assert over.json()["detail"] == "Filen är för stor: högst 1 MB tas emot."
