"""Kafka and PostgreSQL for the tests, in containers, from the images of docker-compose.yml."""

import contextlib
import logging
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

import pytest
import yaml
from docker.errors import APIError, DockerException, ImageNotFound
from docker.models.images import ImageCollection
from testcontainers.community.postgres import PostgresContainer
from testcontainers.core.config import testcontainers_config
from testcontainers.core.container import DockerContainer
from testcontainers.core.docker_client import DockerClient

from testkit.broker import wait_for_port

# What names a server of one's own, by the service in docker-compose.yml that stands in for it.
CHOSEN_BY = {"kafka": "KAFKA_BOOTSTRAP_SERVERS", "postgres": "DATABASE_URL"}
WITHOUT = "Without containers: make test STACK=embedded"

# What removes the containers of a run that was killed.
REAPER = [] if testcontainers_config.ryuk_disabled else [testcontainers_config.ryuk_image]

logging.getLogger("testcontainers").setLevel(logging.WARNING)
testcontainers_config.sleep_time = 0.2
testcontainers_config.max_tries = 600


def wanted(environment: Mapping[str, str], engine_answers: Callable[[], bool]) -> list[str]:
    """The services to take from containers: those that no variable names, if STACK or the machine has it so."""
    stack = environment.get("STACK", "")
    if stack not in ("", "containers", "embedded"):
        raise pytest.UsageError(
            f"STACK={stack} is unknown. Write STACK=containers or STACK=embedded; without it, containers are used "
            "where a Docker engine answers."
        )
    services = [service for service, variable in CHOSEN_BY.items() if not environment.get(variable)]
    if stack == "embedded" or not services:
        return []
    if engine_answers():
        return services
    if stack == "containers":
        raise pytest.UsageError(f"STACK=containers needs a Docker engine, and none answers. {WITHOUT}")
    return []


def engine_answers() -> bool:
    try:
        with contextlib.closing(DockerClient(timeout=5).client) as client:
            return bool(client.ping())
    except (DockerException, OSError):
        return False


def variables(properties: Path) -> dict[str, str]:
    """What Kafka's image reads in place of a file of properties."""
    lines = [line.split("=", 1) for line in properties.read_text().splitlines() if line and line[0] != "#"]
    return {f"KAFKA_{name.replace('.', '_').upper()}": value for name, value in lines}


class Kafka(DockerContainer):
    """Apache Kafka. It listens on the same port inside and outside, so the address it gives out holds in both."""

    def __init__(self, image: str, port: int, properties: Path) -> None:
        self.address = f"127.0.0.1:{port}"
        settings = variables(properties) | {
            "CLUSTER_ID": "kommunbuss-cluster-00",
            "KAFKA_LISTENERS": f"PLAINTEXT://:{port},CONTROLLER://localhost:9093",
            "KAFKA_ADVERTISED_LISTENERS": f"PLAINTEXT://{self.address}",
            "KAFKA_CONTROLLER_QUORUM_VOTERS": "1@localhost:9093",
            "KAFKA_HEAP_OPTS": "-Xmx512m",
        }
        super().__init__(image, env=settings)
        _publish(self, inside=port, outside=port)

    def wait_until_answering(self) -> None:
        """Ask inside the container, as outside docker accepts connections before Kafka does."""
        deadline = time.monotonic() + testcontainers_config.timeout
        while self.exec(["bash", "-c", f"exec 3<>/dev/tcp/{self.address.replace(':', '/')}"]).exit_code:
            if time.monotonic() > deadline:
                raise TimeoutError(f"nobody answers after {testcontainers_config.timeout:.0f} s")
            time.sleep(testcontainers_config.sleep_time)


class Postgres(PostgresContainer):
    """PostgreSQL. It does not wait for the disk: a test's data need not survive the machine."""

    def __init__(self, image: str, port: int) -> None:
        self.url = f"postgresql://postgres:test@127.0.0.1:{port}/{{service}}"
        command = "postgres -c max_connections=200 -c fsync=off"
        super().__init__(image, username="postgres", password="test", dbname="postgres", driver=None, command=command)
        _publish(self, inside=5432, outside=port)


def _publish(container: DockerContainer, inside: int, outside: int) -> None:
    # docker takes an address beside the port, which testcontainers' annotation does not know.
    vars(container)["ports"] = {str(inside): ("127.0.0.1", outside)}


@contextlib.contextmanager
def started(ports: Mapping[str, int], root: Path) -> Iterator[tuple[Kafka | None, Postgres | None]]:
    """Those services, answering at those ports of this machine."""
    if not ports:
        yield None, None
        return
    services = yaml.safe_load((root / "docker-compose.yml").read_text())["services"]
    images = {service: services[service]["image"] for service in ports}
    _require([*images.values(), *REAPER])
    properties = root / "deploy/kafka/server.properties"
    kafka = Kafka(images["kafka"], ports["kafka"], properties) if "kafka" in ports else None
    postgres = Postgres(images["postgres"], ports["postgres"]) if "postgres" in ports else None
    with contextlib.ExitStack() as stack:
        for container in filter(None, (kafka, postgres)):  # Kafka first: only PostgreSQL's start waits until it answers
            stack.callback(container.stop)
            with _explained(container):
                container.start()
        if kafka:
            with _explained(kafka):
                kafka.wait_until_answering()
        for port in ports.values():
            _require_here(port)
        yield kafka, postgres


def _require(images: Iterable[str]) -> None:
    with contextlib.closing(DockerClient().client) as client:
        for image in images:
            _require_image(client.images, testcontainers_config.hub_image_name_prefix + image)


def _require_image(images: ImageCollection, name: str) -> None:
    with contextlib.suppress(ImageNotFound):
        images.get(name)
        return
    print(f"Pulling {name} …", file=sys.__stderr__, flush=True)  # pytest shows nothing before its first line
    try:
        images.pull(name)
    except (DockerException, OSError) as error:
        raise pytest.UsageError(
            f"The image {name} is not here and cannot be pulled: {_reason(error)}\nPull or build it. {WITHOUT}"
        ) from None


def _require_here(port: int) -> None:
    try:
        wait_for_port(port, seconds=5)
    except TimeoutError:
        raise pytest.UsageError(
            f"The containers run, but not at 127.0.0.1:{port}: the Docker engine is elsewhere. {WITHOUT}"
        ) from None


@contextlib.contextmanager
def _explained(container: DockerContainer) -> Iterator[None]:
    try:
        yield
    except (DockerException, OSError, RuntimeError) as error:
        said = "" if container.status == "not_started" else b"".join(container.get_logs()).decode()
        told = [line for line in said.splitlines() if not line.startswith("\t")][-3:]  # no stack traces
        reason = [f"{container.image} does not start: {_reason(error)}", *told, WITHOUT]
        raise pytest.UsageError("\n".join(reason)) from None


def _reason(error: Exception) -> str:
    return str(error.explanation if isinstance(error, APIError) else error)
