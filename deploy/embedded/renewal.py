"""The embedded broker keeps in memory what it was ever sent. When that is much, an empty one takes its place."""

import time
from collections.abc import Sequence

import psutil

from deploy.processes import MEGABYTE, Ended, Processes
from deploy.procfile import COMMANDS

BROKER = "broker"
RELAYS = [name for name in COMMANDS if name.endswith("-relay")]
CONSUMERS = [name for name in COMMANDS if name.endswith("-consumer")]
LOOK_SECONDS = 5


class Renewal:
    """Loses nothing: it waits until everything sent is handled, and what is accepted meanwhile waits in outboxes."""

    def __init__(self, processes: Processes, largest: int) -> None:
        """`largest` is the broker's memory, in bytes."""
        self._processes = processes
        self._largest = largest
        self._looked_at = time.monotonic()

    def look(self) -> str | None:
        """What there is to tell, if anything was done. Raises Ended when a process does not come back."""
        if time.monotonic() - self._looked_at < LOOK_SECONDS:
            return None
        memory = int(psutil.Process(self._processes.pid(BROKER)).memory_info().rss)
        told = self._renew(memory) if memory > self._largest else None
        self._looked_at = time.monotonic()
        return told

    def _renew(self, memory: int) -> str:
        size = f"{memory / MEGABYTE:.0f} MB"
        self._kill(RELAYS)
        try:
            self._processes.run("reading", "deploy.embedded.unread:wait_until_read")
        except Ended as error:
            return f"The broker holds {size}, and was not replaced: {error}"
        else:
            self._kill(CONSUMERS)
            self._processes.restart(BROKER)
            self._processes.wait_until_ready(BROKER)
            self._processes.run("topics", "deploy.embedded.prepare:make_topics")
            self._again(CONSUMERS)
            return f"The broker held {size}. An empty one has taken its place."
        finally:
            self._again(RELAYS)

    def _kill(self, names: Sequence[str]) -> None:
        for name in names:
            self._processes.kill(name)

    def _again(self, names: Sequence[str]) -> None:
        for name in names:
            self._processes.restart(name)
