"""What is in the address of a draft: its id and the secret that opens it."""

import re
from dataclasses import dataclass
from uuid import UUID

SHAPE = re.compile(r"([0-9a-f]{32})([A-Za-z0-9_-]{20,100})")


@dataclass(frozen=True)
class Token:
    draft_id: str
    secret: str

    def __str__(self) -> str:
        return f"{UUID(self.draft_id).hex}{self.secret}"


def token_in(text: str) -> Token | None:
    """The token that is in a link, or is the text. None when there is none."""
    for part in re.split(r"[/?#\s]+", text):
        if found := SHAPE.fullmatch(part):
            return Token(str(UUID(found[1])), found[2])
    return None
