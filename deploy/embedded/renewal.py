"""The embedded broker keeps in memory what it was ever sent. When that is much, an empty one takes its place."""

import time

import psutil

from deploy.processes import MEGABYTE, Ended, Processes
from deploy.procfile import BACKGROUND

BROKER = "broker"
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
        self._run_background(relays=False)
        try:
            self._processes.run("reading", "deploy.embedded.unread:wait_until_read")
        except Ended as error:
            return f"The broker holds {size}, and was not replaced: {error}"
        else:
            self._processes.end(BACKGROUND)
            self._processes.restart(BROKER)
            self._processes.wait_until_ready(BROKER)
            self._processes.run("topics", "deploy.embedded.prepare:make_topics")
            return f"The broker held {size}. An empty one has taken its place."
        finally:
            self._run_background(relays=True)

    def _run_background(self, *, relays: bool) -> None:
        """Run what is in the background anew: the consumers with the relays, or without."""
        self._processes.end(BACKGROUND)
        for name, roles in BACKGROUND.items():
            if chosen := [role for role in roles if relays or not role.endswith("-relay")]:
                self._processes.restart(name, ROLES=" ".join(chosen))
