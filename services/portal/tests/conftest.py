from collections.abc import Iterator

import pytest

from deploy.procfile import ISSUER, PORTAL
from tests.system import System, prepared

from .registry import Scene
from .visitors import Visitor

RUNNING = ("eservice-intake-api", "housing-api", "recruitment-api", "notifications-api", ISSUER, PORTAL)


@pytest.fixture(scope="session")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """The portal, the services' APIs and the local issuer, as processes."""
    with prepared(tmp_path_factory.mktemp("portal"), MODE="embedded") as system:
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
def visitor(portal: str) -> Visitor:
    """Somebody who has not signed in."""
    return Visitor(portal)
