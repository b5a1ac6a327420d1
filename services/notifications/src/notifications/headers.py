"""What a mail's header may say: RFC 5322 in ASCII, and RFC 2047 for all else."""

import base64
import re
from collections.abc import Iterator

ENCODED_WORD_BYTES = 39
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


def header_text(text: str) -> str:
    """Plain when it is short ASCII, otherwise in RFC 2047's encoded words. Never more than one header."""
    line = _CONTROLS.sub(" ", text).strip()
    if line.isascii() and len(line) <= 60 and "=?" not in line:
        return line
    words = _in_pieces(line.encode(errors="replace"))
    return "\r\n ".join(f"=?utf-8?b?{base64.b64encode(word).decode()}?=" for word in words)


def _in_pieces(text: bytes) -> Iterator[bytes]:
    """Of so many bytes at most that are an encoded word. No character is cut in two."""
    while len(text) > ENCODED_WORD_BYTES:
        end = next(at for at in range(ENCODED_WORD_BYTES, 0, -1) if text[at] & 0xC0 != 0x80)
        yield text[:end]
        text = text[end:]
    yield text
