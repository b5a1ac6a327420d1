"""What every page of one's own case begins with: who may see it, and how something is sent once."""

import re
from collections.abc import Awaitable
from dataclasses import dataclass
from typing import Annotated, TypeVar
from uuid import uuid4

from fastapi import Depends
from markupsafe import Markup
from starlette.datastructures import FormData
from starlette.responses import Response

from portal.clients.base import Refused
from portal.clients.cases import Cases
from portal.forms.errors import Mistake
from portal.forms.widgets import Widget
from portal.i18n import gettext as _
from portal.i18n import of_service
from portal.opened import NotOpened, opened
from portal.pages import Page, PublicPage

T = TypeVar("T")
TEXT, KEY = "text", "nyckel"
BEFORE = ("KeyReused", "StillInProgress")


@dataclass(frozen=True)
class Own:
    """A case, and who it is shown to: by the secret on its receipt, or signed in."""

    page: Page
    reference: str
    secret: str | None

    @property
    def cases(self) -> Cases:
        return self.page.ask(Cases)

    @property
    def opens(self) -> tuple[str, str | None]:
        return self.reference, self.secret

    @property
    def path(self) -> str:
        return f"/arenden/{self.reference}"

    def show(self, template: str, view: object) -> Response:
        return unlisted(self.page.show(template, view))

    def done(self, what: str) -> Response:
        """Back to the case, which says what was done."""
        return self.page.go(f"{self.path}?klart={what}")


async def _own(page: PublicPage, reference: str) -> Own:
    """Raises NotOpened."""
    secret = opened(page).secret_of(reference)
    if secret is None and page.person is None:
        raise NotOpened(reference)
    return Own(page, reference, secret)


OwnCase = Annotated[Own, Depends(_own)]


def unlisted(response: Response) -> Response:
    """The response, which no search engine keeps."""
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def new_key() -> str:
    """Made with a form, and sent with it: however often it is sent, it is done once."""
    return uuid4().hex


def key_in(form: FormData) -> str:
    given = str(form.get(KEY, ""))
    return given if re.fullmatch("[0-9a-f]{32}", given) else new_key()


async def once(sending: Awaitable[T]) -> T | None:
    """What came of it. None when it was sent before: a second time nothing is done."""
    try:
        return await sending
    except Refused as refused:
        if refused.code in BEFORE:
            return None
        raise


def text_in(form: FormData) -> str:
    return str(form.get(TEXT, "")).replace("\r\n", "\n")


def text_box(label: Markup, value: str = "", hint: Markup | None = None, error: Markup | None = None) -> Widget:
    """A box for several lines."""
    return Widget("textarea", TEXT, label, required=True, hint=hint, error=error, value=value)


def unanswered(label: Markup) -> Markup:
    return _("Fyll i ”%(label)s”.") % {"label": label}


def refused_text(refused: Refused) -> Markup:
    """What the service says is wrong with what was written. Raises what no box can mend."""
    if refused.status not in (409, 413, 415, 422, 429):
        raise refused
    return of_service(refused.fields.get(TEXT) or next(iter(refused.fields.values()), refused.detail))


def mistake(error: Markup | None, name: str = TEXT) -> list[Mistake]:
    return [Mistake(name, error, name)] if error else []
