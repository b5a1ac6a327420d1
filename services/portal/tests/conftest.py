from collections.abc import AsyncIterator, Iterator

import pytest
from playwright.async_api import Browser, async_playwright

from deploy.procfile import ISSUER, PORTAL
from testkit.needs import chromium as where_chromium_is
from tests.system import System, prepared

from .browser import FLAGS
from .cases import Casework
from .casework import CLERK, HEAD, Desk
from .registry import Scene
from .visitors import Visitor

RUNNING = ("eservice-intake-api", "housing-api", "recruitment-api", "notifications-api", ISSUER, PORTAL)


@pytest.fixture(scope="session")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """The portal, the services' APIs and the local issuer, as processes."""
    with prepared(
        tmp_path_factory.mktemp("portal"), MODE="embedded", DRAFT_LIMIT="10000/hour", RATE_LIMIT="10000/minute"
    ) as system:
        system.start(*RUNNING)
        system.wait_until_ready(*RUNNING)
        yield system


@pytest.fixture(scope="session")
def portal(system: System) -> str:
    """The portal's address."""
    return f"http://127.0.0.1:{system.ports[PORTAL]}"


@pytest.fixture(scope="session")
def scene(system: System, portal: str) -> Scene:
    return Scene(system, portal)


@pytest.fixture
def casework(system: System) -> Casework:
    return Casework(system)


@pytest.fixture
def visitor(portal: str) -> Visitor:
    """Somebody who has not signed in."""
    return Visitor(portal)


@pytest.fixture(scope="session")
async def chromium() -> AsyncIterator[Browser]:
    """Debian's Chromium, which asks nobody for anything."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=where_chromium_is(), args=list(FLAGS))
        yield browser
        await browser.close()


@pytest.fixture
def desk(system: System) -> Desk:
    return Desk(system)


@pytest.fixture
async def clerk(portal: str) -> Visitor:
    visitor = Visitor(portal)
    await visitor.sign_in(CLERK)
    return visitor


@pytest.fixture
async def head(portal: str) -> Visitor:
    visitor = Visitor(portal)
    await visitor.sign_in(HEAD)
    return visitor
