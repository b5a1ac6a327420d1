"""What somebody has opened with a secret. It is kept sealed in their browser's cookie, and never in an address."""

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from cryptography.fernet import Fernet, InvalidToken
from starlette.responses import Response

from portal.pages import Page
from portal.sessions import cookie_name, set_cookie
from portal.settings import PortalSettings

COOKIE = "opened"
LASTS = timedelta(hours=2)
MOST = 10
"""Of the latest: a cookie may have 4 KiB."""


class NotOpened(Exception):
    """A case is asked for by somebody who has neither opened it with its secret nor signed in."""

    def __init__(self, reference: str) -> None:
        super().__init__()
        self.reference = reference


class LinkNotOpened(Exception):
    """The link in a mail has not been opened in this browser, or long ago."""


@dataclass(frozen=True)
class Opened:
    """Secrets by what they open, such as a reference, each with the second when it was opened."""

    secrets: Mapping[str, tuple[str, float]]

    def secret_of(self, what: str) -> str | None:
        return self.secrets[what][0] if what in self.secrets else None


def opened(page: Page) -> Opened:
    """What is open in this browser: nothing, if the cookie is not ours."""
    settings, at = page.look.settings, page.request.app.state.clock()
    sealed = page.request.cookies.get(cookie_name(COOKIE, settings), "")
    try:
        kept = json.loads(_box(settings).decrypt(sealed.encode()))
    except InvalidToken:
        return Opened({})
    since = (at - LASTS).timestamp()
    return Opened({what: (secret, when) for what, (secret, when) in kept.items() if when > since})


def keep_open(page: Page, response: Response, what: str, secret: str) -> Response:
    """The response, with a cookie that has one more secret."""
    others = {one: given for one, given in opened(page).secrets.items() if one != what}
    at: float = page.request.app.state.clock().timestamp()
    return _with(page, response, {**others, what: (secret, at)})


def close(page: Page, response: Response, what: str) -> Response:
    """The response, with a cookie that no longer has the secret."""
    return _with(page, response, {one: given for one, given in opened(page).secrets.items() if one != what})


def _with(page: Page, response: Response, secrets: Mapping[str, tuple[str, float]]) -> Response:
    settings = page.look.settings
    latest = dict(list(secrets.items())[-MOST:])
    sealed = _box(settings).encrypt(json.dumps(latest).encode()).decode()
    set_cookie(response, settings, cookie_name(COOKIE, settings), sealed)
    return response


def _box(settings: PortalSettings) -> Fernet:
    key = b"opened:" + settings.portal_key.get_secret_value().encode()
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(key).digest()))
