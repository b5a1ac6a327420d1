"""Sets one document: JSON on standard input, a PDF on standard output. Run by itself, so that it can be stopped.

What people wrote is data in the JSON, and never markup. A character that no font here has is shown as a square, for
a PDF/A must show every character.
"""

import re
import resource
import sys
from pathlib import Path

import fontpkg_noto_sans_arabic as arabic
import fontpkg_noto_sans_devanagari as devanagari
import fontpkg_noto_sans_thai as thai
import typst

HERE = Path(__file__).parent
MOST_SECONDS = 20
MOST_BYTES = 224 * 1024 * 1024
FONTS = [script.ROOT / "files" for script in (arabic, devanagari, thai)]
"""Beside those that the library has."""
SQUARE = "\u25a1"


def _others(ranges: str) -> re.Pattern[str]:
    """What is in none of the ranges, each of which is written as `41-5A` or `41`."""
    ends = [part.partition("-") for part in ranges.split()]
    shown = "".join(f"\\U{int(first, 16):08x}-\\U{int(last or first, 16):08x}" for first, _, last in ends)
    return re.compile(f"[^\n{shown}]")


HAVE_NO_GLYPH = _others((HERE / "characters.txt").read_text("ascii"))
NOT_LATIN = _others("20-7E A0-AC AE-17F 2013-2014 2018-201E 2022 2026 20AC")
"""For a document with letters that have glyphs and do not fit together."""


def set_document(document: str, unshown: re.Pattern[str]) -> bytes:
    shown, replaced = unshown.subn(SQUARE, document)
    made = typst.compile(
        (HERE / "document.typ").read_bytes(),
        format="pdf",
        ignore_system_fonts=True,
        font_paths=[*FONTS],
        sys_inputs={"document": shown, "replaced": "yes" if replaced else "no"},
        pdf_standards=["a-2a", "ua-1"],
        timestamp=0,
    )
    assert isinstance(made, bytes)
    return made


def main() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    resource.setrlimit(resource.RLIMIT_DATA, (MOST_BYTES, MOST_BYTES))
    document = sys.stdin.buffer.read().decode()
    try:
        made = set_document(document, HAVE_NO_GLYPH)
    except typst.TypstError:
        made = set_document(document, NOT_LATIN)
    sys.stdout.buffer.write(made)


if __name__ == "__main__":
    main()
