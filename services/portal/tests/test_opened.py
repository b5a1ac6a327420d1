"""What is opened with a secret stays open for a while, in one browser, and the cookie tells nobody what it has."""

from datetime import UTC, datetime, timedelta
from http.cookies import SimpleCookie
from types import SimpleNamespace
from typing import Any

import pytest
from starlette.responses import Response

from portal.opened import LASTS, MOST, close, keep_open, opened
from portal.settings import PortalSettings

NOW = datetime(2026, 11, 26, 8, 0, tzinfo=UTC)


def browser(at: datetime = NOW, cookie: str = "", url: str = "https://tjanster.kommun.example") -> Any:
    settings = PortalSettings(portal_url=url)
    state = SimpleNamespace(clock=lambda: at)
    cookies = {"__Host-opened": cookie, "opened": cookie}
    request = SimpleNamespace(cookies=cookies, app=SimpleNamespace(state=state))
    return SimpleNamespace(look=SimpleNamespace(settings=settings), request=request)


def cookie_of(response: Response) -> Any:
    [cookie] = SimpleCookie(response.headers["set-cookie"]).values()
    return cookie


def kept(what: str = "K7MP-2XWB", secret: str = "its code", at: datetime = NOW, before: str = "") -> str:
    return str(cookie_of(keep_open(browser(at, before), Response(), what, secret)).value)


def test_what_was_opened_is_open_and_nothing_else():
    page = browser(cookie=kept())

    assert opened(page).secret_of("K7MP-2XWB") == "its code"
    assert opened(page).secret_of("A2B3-C4D5") is None


@pytest.mark.parametrize(("later", "secret"), [(LASTS - timedelta(seconds=1), "its code"), (LASTS, None)])
def test_it_is_closed_after_two_hours(later: timedelta, secret: str | None):
    assert opened(browser(NOW + later, kept())).secret_of("K7MP-2XWB") == secret


def test_another_case_opens_beside_it_and_is_closed_by_itself():
    both = kept("A2B3-C4D5", "another code", before=kept())

    left = cookie_of(close(browser(cookie=both), Response(), "K7MP-2XWB")).value

    assert set(opened(browser(cookie=both)).secrets) == {"K7MP-2XWB", "A2B3-C4D5"}
    assert set(opened(browser(cookie=left)).secrets) == {"A2B3-C4D5"}


def test_the_cookie_of_many_cases_is_one_that_browsers_keep():
    cookie = ""
    for number in range(MOST + 5):
        cookie = kept(f"018f2f6e-1111-7000-8000-{number:012}", "q1bPZ0c6Yl8vN3sTn5uXw7aRkD2eFgHj", before=cookie)

    assert len(cookie) < 3_500
    assert len(opened(browser(cookie=cookie)).secrets) == MOST


def test_the_cookie_is_read_by_no_script_and_tells_nothing():
    cookie = cookie_of(keep_open(browser(), Response(), "K7MP-2XWB", "its code"))

    assert (cookie.key, cookie["httponly"], cookie["secure"], cookie["samesite"]) == (
        "__Host-opened",
        True,
        True,
        "lax",
    )
    assert "its code" not in cookie.value
    assert opened(browser(cookie=cookie.value[:-4] + "AAAA")).secrets == {}
