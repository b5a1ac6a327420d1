"""Runs the very docker-compose.yml and holds it to what it promises. `tests/containers/verify` prepares the machine."""

import asyncio
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
from aiokafka.errors import KafkaError

from deploy.compose.stack import CannotUse, compose, up
from tests.containers.checks.clock import require_done_once
from tests.containers.checks.confinement import (
    require_apart,
    require_confined,
    require_healthy,
    require_loopback_only,
    require_one_public_port,
)
from tests.containers.checks.documents import require_alone, require_pdf
from tests.containers.checks.images import require_lean_image
from tests.containers.checks.kills import LOAD, demonstrate, require_arrived, submit_while_killing
from tests.containers.checks.machine import Broken, ours
from tests.containers.checks.observability import require_observed
from tests.containers.checks.topics import CONSUMERS, reached, require_kept, require_shared_partitions, require_topics


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
    with step("an image is as small as is allowed, and holds no secret, no cache and no development package"):
        for name in sorted({container["Config"]["Image"] for container in ours()}):
            require_lean_image(name)
    with step("no process of ours is root; each is on a read-only root file system, without capabilities"):
        for container in ours():
            require_confined(container)
    with step("PDFs come from a container without a network, a secret or a setting"):
        require_alone()
        await require_pdf()
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
    with step("a clock that is killed does what it missed, once"):
        await require_done_once()
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


sys.exit(main())
