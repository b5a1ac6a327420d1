"""The link in a mail to another party. It is opened once; its secret then leaves the address."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends
from starlette.responses import Response

from portal.opened import LinkNotOpened, keep_open, opened
from portal.pages import Page, PublicPage
from portal.public.own import unlisted


@dataclass(frozen=True)
class Link:
    """What the link is about, and the secret that it had."""

    page: Page
    id: str
    secret: str

    @property
    def opens(self) -> tuple[str, str]:
        return self.id, self.secret


async def _link(page: PublicPage, link_id: str) -> Link:
    """Raises LinkNotOpened."""
    secret = opened(page).secret_of(link_id)
    if secret is None:
        raise LinkNotOpened
    return Link(page, link_id, secret)


ByLink = Annotated[Link, Depends(_link)]


def follow(page: Page, path: str, link_id: str, secret: str) -> Response:
    """On to the page of the link, with a cookie that opens it."""
    return unlisted(keep_open(page, page.go(path), link_id, secret))
