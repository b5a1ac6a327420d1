"""The whole system on this machine, without Docker and without a JVM: `make run`."""

import os
import shlex
import signal
import sys
import time
from collections.abc import Iterable
from typing import NoReturn

from deploy.embedded.ports import FIRST_PORT, CannotStart, Ports
from deploy.embedded.renewal import BROKER, Renewal
from deploy.forks import LIBRARIES
from deploy.processes import MEGABYTE, Ended, Processes, cost_of, raise_when_told_to_end
from deploy.procfile import ASKED, BACKGROUND, COMMANDS, ISSUER, ISSUER_COMMAND, PORTAL, SERVICES, modules
from testkit.broker import broker_command

READY, BRIEFLY = "Ready", "--briefly"
MAIL_SERVER, PREPARE, BEGIN = "mail-server", "prepare", "begin"
BACKGROUND_COMMAND = "uvicorn --factory deploy.embedded.background:create_app --port $PORT"


def main() -> int:
    raise_when_told_to_end()
    os.umask(0o077)  # what people sent in, and whom mail went to, is among the files it makes
    os.environ.setdefault("MALLOC_ARENA_MAX", "1")  # a heap for each thread of SQLite's keeps 50 MB from the others
    try:
        ports = Ports.of(os.environ)
        settings = ports.settings(os.environ)
        ports.require_free()
    except CannotStart as error:
        print(error, file=sys.stderr)
        return 2
    return run(ports, settings)


def run(ports: Ports, settings: dict[str, str]) -> int:
    """Run the system until somebody ends it, or one of its processes ends by itself."""
    processes = Processes(ports.data / "log", settings, [*LIBRARIES, *modules(), "deploy.embedded.definitions"])
    try:
        start(ports, settings, processes)
        if os.environ.get("SAMPLES") != "no":
            say(begun_with(ports, processes))
        processes.wait_until_ready()
        say(f"{READY} in {cost_of(os.getpid())}.")
        if BRIEFLY not in sys.argv:
            say(f"\n{addresses(ports)}\n\nCtrl-C stops it.")
        watch(processes, Renewal(processes, ports.broker_megabytes * MEGABYTE) if ports.kafka else None)
    except KeyboardInterrupt:
        say("Stopping …")
        return 0
    except Ended as error:
        print(f"{error}\nStopping everything.", file=sys.stderr, flush=True)
        return 1
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        processes.stop(last=(ISSUER, MAIL_SERVER, BROKER))


def watch(processes: Processes, renewal: Renewal | None) -> NoReturn:
    """Raises Ended when a process ends by itself."""
    while True:
        time.sleep(0.2)
        processes.check()
        if renewal and (told := renewal.look()):
            say(told)


def start(ports: Ports, settings: dict[str, str], processes: Processes) -> None:
    """Return when every API answers; a consumer takes seconds to join its group. Raises Ended when one does not."""
    say(summary(ports, settings))
    if ports.kafka:
        broker, environment = broker_command(ports.kafka)
        processes.start(BROKER, shlex.join(broker), ports.kafka, **environment)
        processes.wait_until_ready(BROKER)
    if ports.smtp:
        mail_server = [sys.executable, "-m", "deploy.embedded.mail_server", "$PORT", str(ports.mailbox)]
        processes.start(MAIL_SERVER, shlex.join(mail_server), ports.smtp)
    processes.start(ISSUER, ISSUER_COMMAND, ports.by_process[ISSUER])
    processes.run(PREPARE, "deploy.embedded.prepare:prepare", bool(ports.kafka))
    processes.wait_until_ready()
    say("Databases and topics are ready. Starting the services …")
    for name in ASKED:
        processes.start(name, COMMANDS[name], ports.by_process[name], INTERNAL_PORT=str(ports.internal[name]))
    for name, roles in BACKGROUND.items():
        processes.start(name, BACKGROUND_COMMAND, ports.by_process[name], ROLES=" ".join(roles))
    processes.wait_until_ready(*apis())


def begun_with(ports: Ports, processes: Processes) -> str:
    """Send in what the system begins with, where there is nothing, and tell of it. It runs without, too."""
    urls = [ports.url(api) for api in apis()]
    try:
        processes.run(BEGIN, "deploy.embedded.begin:begin", urls, ports.url(ISSUER))
    except Ended as error:
        return f"What it begins with could not be sent in: {error}"
    return "It begins with houses, job ads, events and cases. SAMPLES=no leaves them out."


def apis() -> list[str]:
    return [f"{service}-api" for service in SERVICES]


def summary(ports: Ports, settings: dict[str, str]) -> str:
    broker = f"the embedded one on {ports.kafka}" if ports.kafka else settings["KAFKA_BOOTSTRAP_SERVERS"]
    database = "from DATABASE_URL" if "DATABASE_URL" in settings else f"SQLite in {ports.data}"
    mail = f"kept in {ports.mailbox}" if ports.smtp else "sent by SMTP_URL"
    return f"Kommunbuss, embedded. Broker: {broker}. Databases: {database}. Mail: {mail}."


def addresses(ports: Ports) -> str:
    token = "make -s staff-token" + (f" FIRST_PORT={ports.first}" if ports.first != FIRST_PORT else "")
    queues = f"{ports.url('notifications-api')}/queues"
    lines = [(name, f"{ports.url(name)}/docs") for name in ports.by_process if name.endswith("-api")]
    lines += [("staff queues", f'curl -H "Authorization: Bearer $({token})" {queues}')]
    lines += [("mail that was sent", str(ports.mailbox / "new"))] if ports.smtp else []
    lines += [("logs", str(ports.data / "log"))]
    return in_lines([*pages(ports.url(PORTAL)), *lines])


def pages(portal: str) -> list[tuple[str, str]]:
    return [("for residents", f"{portal}/"), ("for staff", f"{portal}/handlaggare")]


def in_lines(addresses: Iterable[tuple[str, str]]) -> str:
    return "\n".join(f"  {name:<22} {address}" for name, address in addresses)


def say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    sys.exit(main())
