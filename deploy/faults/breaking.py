"""What goes wrong, and how it ends: each takes its time, and leaves everything in order."""

import asyncio
import os
import signal
import subprocess
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import sqlalchemy as sa

from deploy.faults.counted import Taken
from deploy.faults.load import Load
from deploy.faults.mail_server import Mood
from deploy.processes import Processes
from deploy.procfile import COMMANDS
from operations.migrations import engine_for
from shared.settings import Settings

API, CONSUMER, MAILER = "eservice-intake-api", "notifications-consumer", "notifications-mailer"
KILLED = [name for name in COMMANDS if name.startswith(("eservice-intake-", "notifications-"))]
"""What a complaint passes, and what runs beside it."""
KILLS = 5
LOOK_SECONDS = 0.02


@dataclass(frozen=True)
class System:
    processes: Processes
    stack: Path
    """Of deploy/real-stack."""
    taken: Taken
    mood: Path
    seconds: float
    """How long something that is away stays away."""


Fault = Callable[[System, Load, int], Awaitable[None]]
"""What is broken, while that load comes in and so many are to be accepted."""


async def nothing(_system: System, _load: Load, _count: int) -> None:
    """What the others are beside."""


async def kill(name: str, system: System, load: Load, count: int) -> None:
    """Five times, evenly over what the load brings with it: an API's answers, and mails for whoever is behind it."""
    began = len(system.taken.look())

    def progress() -> int:
        return load.accepted if name == API else len(system.taken.look()) - began

    for number in range(1, KILLS + 1):
        while progress() < number * count // (KILLS + 1):
            await asyncio.sleep(LOOK_SECONDS)
        await asyncio.to_thread(system.processes.restart, name)
        await asyncio.to_thread(system.processes.wait_until_ready, name)


async def freeze(name: str, system: System, _load: Load, _count: int) -> None:
    with system.processes.frozen(name):
        await asyncio.sleep(system.seconds)


async def stop_kafka(system: System, _load: Load, _count: int) -> None:
    away = system.stack / "kafka.away"
    away.touch()
    os.kill(int((system.stack / "kafka.pid").read_text()), signal.SIGKILL)
    await asyncio.sleep(system.seconds)
    away.unlink()


async def restart_postgres(system: System, _load: Load, _count: int) -> None:
    await asyncio.to_thread(subprocess.run, [system.stack / "restart-postgres"], check=True, capture_output=True)


async def make_postgres_read_only(system: System, _load: Load, _count: int) -> None:
    await _set_read_only("on")
    await asyncio.sleep(system.seconds)
    await _set_read_only("off")


async def _set_read_only(value: str) -> None:
    engine = engine_for(Settings(service="notifications").database).execution_options(isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        await connection.execute(sa.text(f"ALTER SYSTEM SET default_transaction_read_only = {value}"))
        await connection.execute(sa.text("SELECT pg_reload_conf()"))
    await engine.dispose()


async def have_mail_server(mood: Mood, system: System, _load: Load, _count: int) -> None:
    system.mood.write_text(mood)
    await asyncio.sleep(system.seconds)
    system.mood.write_text(Mood.WELL)


MAILER_KILLED, CRASH, NO_WRITES = (
    f"{MAILER} is killed {KILLS} times",
    "PostgreSQL crashes",
    "PostgreSQL takes no writes",
)
FAULTS: Mapping[str, Fault] = {
    "nothing happens": nothing,
    **{f"{name} is killed {KILLS} times": partial(kill, name) for name in KILLED},
    CRASH: restart_postgres,
    NO_WRITES: make_postgres_read_only,
    "Kafka is away": stop_kafka,
    f"{CONSUMER} is frozen": partial(freeze, CONSUMER),
    **{f"the mail server {mood}": partial(have_mail_server, mood) for mood in Mood if mood is not Mood.WELL},
}
UNRECORDED: Mapping[str, int] = {MAILER_KILLED: KILLS, CRASH: 1, NO_WRITES: 1}
"""How often each connection of the mailer may have handed over a mail, and nobody can record it: it is sent again."""
