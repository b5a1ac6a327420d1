"""What a file is. Its content says it, and the ending of its name must agree; the browser's label decides nothing."""

import re
import zipfile
import zlib
from collections.abc import Collection
from pathlib import PurePath
from typing import BinaryIO

import puremagic

_OFFICE = "application/vnd.openxmlformats-officedocument"
_OPEN = "application/vnd.oasis.opendocument"
DOCX, XLSX = f"{_OFFICE}.wordprocessingml.document", f"{_OFFICE}.spreadsheetml.sheet"
HEIC = "image/heic"
ENDINGS = {
    "application/pdf": (".pdf",),
    "image/png": (".png",),
    "image/jpeg": (".jpg", ".jpeg", ".jpe", ".jfif"),
    HEIC: (".heic", ".heif", ".hif"),
    DOCX: (".docx",),
    XLSX: (".xlsx",),
    f"{_OPEN}.text": (".odt",),
    f"{_OPEN}.spreadsheet": (".ods",),
}
"""The types that are taken, and how the name of such a file ends, if it has an ending."""
ACCEPT = [*ENDINGS, "image/heif", *(ending for endings in ENDINGS.values() for ending in endings)]
"""As the `accept` of an HTML file field."""

HEAD_BYTES = 64
MAIN_PARTS = {DOCX: "word/document.xml", XLSX: "xl/workbook.xml"}
MACROS = re.compile(r"(^|/)(vbaProject\.bin|vbaData\.xml)$|^(Basic|Scripts)/", re.IGNORECASE)
"""Programs in office files: those of Microsoft, and those of OpenDocument."""
LARGEST_DIRECTORY = 512 * 1024
LARGEST_TYPES = 256 * 1024
MOST_GROWTH = 100
"""Times that an office file may grow when it is unpacked. Spreadsheets reach 50; a bomb 1,000."""
NOT_AN_ARCHIVE = (zipfile.BadZipFile, zlib.error, EOFError, KeyError, NotImplementedError, RuntimeError, ValueError)


def type_of(content: BinaryIO, name: str) -> str | None:
    """Its type, if it is one that is taken and the name agrees."""
    head = content.read(HEAD_BYTES)
    found = _archive_type(content) if head.startswith(b"PK\x03\x04") else _type_by(head)
    ending = PurePath(name).suffix.lower()
    return found if found and (not ending or ending in ENDINGS[found]) else None


def _type_by(head: bytes) -> str | None:
    if head[4:12] in (b"ftypmif1", b"ftypmsf1"):
        return HEIC  # the library knows the brands that name a codec
    try:
        found = str(puremagic.magic_string(head)[0].mime_type)
    except (puremagic.PureError, ValueError):
        return None
    if found == "application/pdf" and not re.match(rb"%PDF-[0-9]\.[0-9]", head):
        return None
    return HEIC if found == "image/heif" else found if found in ENDINGS else None


def _archive_type(content: BinaryIO) -> str | None:
    size = content.seek(0, 2)
    if not _has_small_directory(content, size):
        return None
    try:
        with zipfile.ZipFile(content) as archive:
            entries = archive.infolist()
            is_harmless = sum(entry.file_size for entry in entries) <= MOST_GROWTH * size
            names = {entry.filename for entry in entries}
            return _document_type(archive, names) if is_harmless and not any(map(MACROS.search, names)) else None
    except NOT_AN_ARCHIVE:
        return None


def _has_small_directory(content: BinaryIO, size: int) -> bool:
    """Reading a directory takes time for each entry, so what it says of its own size comes first."""
    content.seek(max(0, size - 2**16 - 22))
    tail = content.read()
    end = tail[tail.rfind(b"PK\x05\x06") :]
    is_large = b"PK\x06\x07" in tail  # as only archives of 4 GB need to be
    return len(end) >= 22 and not is_large and int.from_bytes(end[12:16], "little") <= LARGEST_DIRECTORY


def _document_type(archive: zipfile.ZipFile, names: Collection[str]) -> str | None:
    if "mimetype" in names:
        found = _beginning(archive, "mimetype", 100).decode("ascii", "replace").strip()
        return found if found.startswith(_OPEN) and found in ENDINGS else None
    types = _beginning(archive, "[Content_Types].xml", LARGEST_TYPES)
    if b"macroEnabled" in types or b"vbaProject" in types:
        return None
    for kind, main_part in MAIN_PARTS.items():
        if f"{kind}.main+xml".encode() in types or (b"main+xml" not in types and main_part in names):
            return kind
    return None


def _beginning(archive: zipfile.ZipFile, name: str, longest: int) -> bytes:
    with archive.open(name) as part:
        return part.read(longest)
