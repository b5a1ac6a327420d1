"""The whole system on this machine, without Docker and without a JVM: `make run`."""

import os
import shlex
import signal
import sys
import time
from pathlib import Path
from typing import NoReturn

from deploy.embedded.places import CannotStart, Places, require_python
from deploy.embedded.processes import Ended, Processes, load_libraries, read_procfile
from testkit.broker import broker_command

PROCFILE = Path(__file__).parent / "Procfile"
READY, BRIEFLY = "Ready", "--briefly"
PEERS, BROKER, PREPARE = "peers", "broker", "prepare"


def main() -> int:
    began = time.monotonic()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    try:
        require_python()
        places = Places.of(os.environ)
        places.require_free()
    except CannotStart as error:
        print(error, file=sys.stderr)
        return 2
    settings = places.settings(os.environ)
    processes = Processes(places.data / "log", settings)
    try:
        start(places, settings, processes)
        say(f"{READY} in {time.monotonic() - began:.1f} s.")
        if BRIEFLY not in sys.argv:
            say(f"\n{addresses(places)}\n\nCtrl-C stops it.")
        while True:
            time.sleep(0.2)
            processes.check()
    except KeyboardInterrupt:
        say("Stopping …")
        return 0
    except Ended as error:
        print(f"{error}\nStopping everything.", file=sys.stderr, flush=True)
        return 1
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        processes.stop(last=(PEERS, BROKER))


def start(places: Places, settings: dict[str, str], processes: Processes) -> None:
    """Return when every process is ready."""
    say(summary(places, settings))
    peers = f"{sys.executable} -m uvicorn deploy.embedded.peers:app --port $PORT"
    processes.start(PEERS, peers, PORT=str(places.peers))
    if places.kafka:
        broker, environment = broker_command(places.kafka)
        processes.start(BROKER, shlex.join(broker), **environment)
    load_libraries()
    processes.call(PREPARE, "deploy.embedded.prepare:prepare", settings, places.kafka)
    processes.finish(PREPARE)
    say("Databases and topics are ready. Starting the services …")
    for name, command in read_procfile(PROCFILE).items():
        processes.start(name, command, PORT=str(places.ports[name]))
    processes.wait_until_ready({name: places.url(name) for name in places.ports})


def summary(places: Places, settings: dict[str, str]) -> str:
    broker = f"the embedded one on {places.kafka}" if places.kafka else settings["KAFKA_BOOTSTRAP_SERVERS"]
    database = "from DATABASE_URL" if "DATABASE_URL" in settings else f"SQLite in {places.data}"
    mail = f"kept in {places.data / 'mail'}" if places.smtp else "sent by SMTP_URL"
    return f"Kommunbuss, embedded. Broker: {broker}. Databases: {database}. Mail: {mail}."


def addresses(places: Places) -> str:
    lines = [(name, f"{places.url(name)}/docs") for name in places.ports if name.endswith("-api")]
    lines += [
        ("staff queues", f"{places.url('notifications-api')}/queues"),
        ("their token", "make staff-token"),
        ("mail that was sent", places.url(PEERS)),
        ("logs", str(places.data / "log")),
    ]
    return "\n".join(f"  {name:<22} {address}" for name, address in lines)


def say(text: str) -> None:
    print(text, flush=True)


def _interrupt(_number: int, _frame: object) -> NoReturn:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
