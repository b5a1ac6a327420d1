"""What a PDF says, for tests."""

import io

import pypdf


def words_of(content):
    pages = pypdf.PdfReader(io.BytesIO(content)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())
