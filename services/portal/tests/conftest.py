import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, async_playwright

from deploy.procfile import COMMANDS, ISSUER, PORTAL
from testkit.needs import chromium as where_chromium_is
from tests.system import System, prepared

from .browser import FLAGS
from .cases import Casework
from .casework import CLERK, HEAD, Desk
from .in_trouble import portal_in_trouble
from .new_question import with_new_question
from .registry import Scene
from .visitors import Visitor

INTAKE = "eservice-intake-api"
OTHERS = ("housing-api", "recruitment-api", "notifications-api", "permit-guide-api", ISSUER, PORTAL)


@pytest.fixture(scope="session")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """The portal, the services' APIs and the local issuer, as processes; an e-service has one question more."""
    code = with_new_question(tmp_path_factory.mktemp("code"))
    with prepared(tmp_path_factory.mktemp("portal"), MODE="embedded") as system:
        internal = str(system.internal[INTAKE])
        system.environment["LOOKUPS_URL"] = f"http://127.0.0.1:{system.internal['permit-guide-api']}"
        system.environment["LOOKUP_MILLISECONDS"] = "5000"
        # A program of its own: what others are forked from may have loaded the code as it is.
        command = f"{Path(sys.executable).parent}/{COMMANDS[INTAKE]} --app-dir {code}"
        system.processes.start(INTAKE, command, system.ports[INTAKE], INTERNAL_PORT=internal)
        system.start(*OTHERS)
        system.wait_until_ready(INTAKE, *OTHERS)
        yield system


@pytest.fixture(scope="session")
def portal(system: System) -> str:
    """The portal's address."""
    return f"http://127.0.0.1:{system.ports[PORTAL]}"


@pytest.fixture(scope="session")
def scene(system: System, portal: str) -> Iterator[Scene]:
    with portal_in_trouble(system) as in_trouble:
        yield Scene(system, portal, in_trouble)


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
