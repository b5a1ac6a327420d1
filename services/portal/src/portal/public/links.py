"""The link in a mail, which opens something for whoever has it."""

from dataclasses import dataclass

from portal.pages import Page


@dataclass(frozen=True)
class Link:
    """Who followed it, and what is in it."""

    page: Page
    to: str
    id: str
    secret: str

    @property
    def path(self) -> str:
        return f"/{self.to}/{self.id}/{self.secret}"
