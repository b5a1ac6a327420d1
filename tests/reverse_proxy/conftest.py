"""The reverse proxy, as deploy/proxy starts it, in front of services that answer anything, and of the real APIs."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import partial

import httpx
import pytest

from deploy.procfile import ISSUER, SERVICES
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
    """The real APIs, which believe the proxy alone about who asks."""
    settings = {"FORWARDED_ALLOW_IPS": "127.0.0.1", "RATE_LIMIT": f"{CHANGES_A_MINUTE}/minute"}
    with prepared(tmp_path_factory.mktemp("proxied"), **settings) as system:
        system.start(*APIS, ISSUER)
        system.wait_until_ready(*APIS, ISSUER)
        yield system


@pytest.fixture(scope="module")
def public(system: System) -> Iterator[httpx.Client]:
    """Somebody in front of the proxy in front of the real APIs."""
    ports = {service: system.ports[f"{service}-api"] for service in SERVICES}
    with running(ports) as proxy, proxy.client() as client:
        yield client
