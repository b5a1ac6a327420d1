"""How fast a backlog goes all the way, from published events to accepted mail, with the processes just started."""

import time

import uvloop

from deploy.bench import sink
from deploy.bench.figures import Figure
from deploy.bench.place import Place
from deploy.bench.processes import CONSUMER, MAILER, RELAY, Broken, Processes
from deploy.bench.sink import Sink
from deploy.bench.submissions import fill_outbox

PATIENCE_SECONDS = 240


def measure(place: Place, count: int) -> list[Figure]:
    with place.fresh() as folder, sink.started(folder) as mails:
        uvloop.run(fill_outbox(count))
        processes = Processes(folder)
        try:
            began = time.time()
            processes.start(RELAY, CONSUMER, MAILER)
            _wait_for_all(processes, mails, count)
        finally:
            processes.stop()
    arrived = sorted(mails.arrived_at.values())
    return [
        Figure(f"backlog of {count:,}, start included", "submissions/s", [count / (arrived[-1] - began)]),
        Figure(f"backlog of {count:,}, from the first mail", "submissions/s", [count / (arrived[-1] - arrived[0])]),
    ]


def _wait_for_all(processes: Processes, mails: Sink, count: int) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while len(mails.look()) < count:
        processes.check()
        if time.monotonic() > deadline:
            raise Broken(f"{len(mails.arrived_at)} of {count} mails arrived in {PATIENCE_SECONDS} s")
        time.sleep(0.1)
