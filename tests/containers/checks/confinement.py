"""Processes may do little, and reach and are reached by few."""

from typing import Any

from deploy.compose.stack import PROXY, STEPS, compose
from deploy.procfile import ISSUER, PORTAL, SERVICES
from tests.containers.checks.machine import containers, inside, ours, public, public_client, require, service_of


def require_healthy() -> None:
    health = {service_of(container): container["State"].get("Health", {}).get("Status") for container in containers()}
    expected = set(compose("config", "--services").split()) - STEPS
    require(health.keys() == expected, f"not the services that should run: {sorted(health.keys() ^ expected)}")
    ill = {service: status for service, status in health.items() if status != "healthy"}
    require(not ill, f"not healthy: {ill}")


def require_confined(container: dict[str, Any]) -> None:
    service, host = service_of(container), container["HostConfig"]
    require(host["ReadonlyRootfs"], f"{service} may write to its root file system")
    require(host["CapDrop"] == ["ALL"] and not host["CapAdd"], f"{service} has capabilities")
    require(host["Memory"] and host["NanoCpus"], f"{service} has no limits")
    status = inside(service, "cat /proc/1/status; touch /app/x 2>&1; true")
    require("Uid:\t10001\t10001" in status and "CapEff:\t0000000000000000" in status, f"{service} runs as\n{status}")
    require("Read-only file system" in status, f"{service} could write to /app")


def require_loopback_only() -> None:
    bindings = [port for one in containers() for ports in one["HostConfig"]["PortBindings"].values() for port in ports]
    require(bindings, "nothing is published")
    require({port["HostIp"] for port in bindings} == {"127.0.0.1"}, f"published to others: {bindings}")


async def require_one_public_port() -> None:
    open_ones = {service_of(one) for one in ours() if any(one["HostConfig"]["PortBindings"].values())} - {ISSUER}
    require(not open_ones, f"reachable beside the proxy: {open_ones}")
    async with public_client() as http:
        for path, status in {"/eservices": 200, "/houses": 200, "/ads": 200, "/queues": 401, "/metrics": 404}.items():
            answer = await http.get(f"{public()}{path}")
            require(answer.status_code == status, f"{path} was answered with {answer.status_code}")
        page = await http.get(f"{public()}/tillganglighet")
        require(
            page.status_code == 200 and "<h1" in page.text, f"a page was answered with {page.status_code}: {page.text}"
        )
    trusted = inside("housing-api", "echo $FORWARDED_ALLOW_IPS").strip().split(",")
    addresses = [public_address(name) for name in (PROXY, PORTAL)]
    require(trusted == addresses, f"the services believe {trusted}, and the proxy and the portal are {addresses}")
    route = "import socket; s = socket.create_connection(('housing.public', 8000)); print(s.getsockname()[0])"
    asks_as = inside(PORTAL, f'python -c "{route}"').strip()
    require(asks_as == addresses[1], f"the portal asks housing as {asks_as}, and not as {addresses[1]}")


def public_address(service: str) -> str:
    [container] = containers(service)
    networks = container["NetworkSettings"]["Networks"].items()
    [address] = [network["IPAddress"] for name, network in networks if name.endswith("_public")]
    return str(address)


def require_apart() -> None:
    connect = (
        'python -c "import asyncio, asyncpg, pathlib; '
        "url = pathlib.Path('/run/secrets/database_url').read_text().strip(); "
        "asyncio.run(asyncpg.connect(url.rsplit('/', 1)[0] + '/{database}'))\" 2>&1; true"
    )
    own = inside("housing-api", connect.format(database="housing"))
    require(not own, f"housing cannot connect to its own database: {own}")
    for database in (
        "recruitment",
        "eservice_intake",
        "notifications",
        "permit_guide",
        "portal",
        "postgres",
        "template1",
    ):
        answer = inside("housing-api", connect.format(database=database))
        require(f'permission denied for database "{database}"' in answer, f"housing and {database}: {answer}")
    for process in (*(f"{service}-api" for service in SERVICES), PORTAL):
        answer = inside(process, "(exec 3<>/dev/tcp/kafka/19092) 2>&1; true")
        require("Name or service not known" in answer or "name resolution" in answer, f"{process}: {answer}")
