"""References that can be read aloud."""

import re
import secrets

REFERENCE_ALPHABET = "ABCDEFGHJKLMNPRSTUVWXY23456789"
"""Without I O Q Z 0 1, which are misread and misheard."""
REFERENCE_LENGTH = 8


def new_reference() -> str:
    number = secrets.randbits(64)  # many more than there are references, so that each is as likely
    characters = ""
    for _ in range(REFERENCE_LENGTH):
        number, digit = divmod(number, len(REFERENCE_ALPHABET))
        characters += REFERENCE_ALPHABET[digit]
    return _grouped(characters)


def as_reference(typed: str) -> str:
    """A reference as somebody may type it: in lower case, with spaces, without the dash."""
    return _grouped(re.sub("[^A-Z0-9]", "", typed.upper()))


def _grouped(characters: str) -> str:
    return f"{characters[:4]}-{characters[4:]}"
