"""What is opened by a link in a mail. The link's secret is told there and kept nowhere."""

import hashlib
import hmac
import secrets
from uuid import UUID

from sqlalchemy import JSON
from sqlmodel import Field, SQLModel
from uuid_utils.compat import uuid7

from shared.events import Language

MOST_LINKS = 5
"""A mail that is sent again has a link of its own. As many of the latest ones work."""


def new_secret() -> str:
    return secrets.token_urlsafe(24)


def hash_of(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def page_in(language: Language, pages: str, name: str) -> str:
    """The address of residents' pages of that name, which are in Swedish unless a language begins it."""
    return "/".join([pages, *([language] if language is not Language.SWEDISH else []), name])


class OpenedByLink(SQLModel):
    """A row with the hashes of its links' secrets."""

    id: UUID = Field(default_factory=uuid7, primary_key=True)
    link_hashes: list[str] = Field(default_factory=list, sa_type=JSON)

    def opens_with_link(self, secret: str) -> bool:
        hashed = hash_of(secret)
        return any(hmac.compare_digest(link, hashed) for link in self.link_hashes)

    def new_link(self, page: str) -> str:
        """One more link, below the page: in the path, for a page that does without JavaScript is not told of a `#`."""
        secret = new_secret()
        self.link_hashes = [*self.link_hashes, hash_of(secret)][-MOST_LINKS:]
        return f"{page}/{self.id}/{secret}"
