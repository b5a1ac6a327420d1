"""The reverse proxy, as deploy/proxy starts it, in front of services that answer anything, and of the real APIs."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import partial

import httpx
import pytest

from deploy.procfile import ISSUER, PORTAL, SERVICES
from testkit.broker import free_port
from tests.proxy import SHORT, Proxy, Services, running
from tests.system import System, prepared

APIS = [f"{service}-api" for service in SERVICES]
CHANGES_A_MINUTE = 5
StartProxy = Callable[..., AbstractContextManager[Proxy]]


@pytest.fixture
def services() -> Iterator[Services]:
    with Services().running() as services:
        yield services


@pytest.fixture
def proxy_with(services: Services) -> StartProxy:
    """Start a proxy with settings of its own in front of the services."""
    return partial(running, services.ports)


@pytest.fixture
def proxy(proxy_with: StartProxy) -> Iterator[Proxy]:
    with proxy_with(**SHORT) as proxy:
        yield proxy


@pytest.fixture
def client(proxy: Proxy) -> Iterator[httpx.Client]:
    with proxy.client() as client:
        yield client


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """The real APIs and portal, which believe the proxy alone about who asks."""
    settings = {
        "FORWARDED_ALLOW_IPS": "127.0.0.1",
        "RATE_LIMIT": f"{CHANGES_A_MINUTE}/minute",
        "PORTAL_URL": f"https://localhost:{free_port()}",
    }
    with prepared(tmp_path_factory.mktemp("proxied"), **settings) as system:
        system.start(*APIS, ISSUER, PORTAL)
        system.wait_until_ready(*APIS, ISSUER, PORTAL)
        yield system


@pytest.fixture(scope="module")
def public(system: System) -> Iterator[httpx.Client]:
    """Somebody in front of the proxy in front of the real APIs and portal."""
    ports = {service: system.ports[f"{service}-api"] for service in SERVICES} | {PORTAL: system.ports[PORTAL]}
    address = system.environment["PORTAL_URL"]
    settings = {"PUBLIC_URL": address, "HTTPS_PORT": address.rpartition(":")[2]}
    with running(ports, **settings) as proxy, proxy.client() as client:
        yield client
