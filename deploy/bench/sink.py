"""A mail server that accepts everything and notes when: `python -m deploy.bench.sink PORT FILE`."""

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvloop
from aiosmtpd.smtp import SMTP, Envelope, Session

from testkit.broker import free_port, wait_for_port


class Notes:
    """Writes a line per accepted mail: the recipient, a tab, and when."""

    def __init__(self, file: Path) -> None:
        self._file = file.open("w", buffering=1)

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # aiosmtpd's
        self._file.write(f"{envelope.rcpt_tos[0]}\t{time.time()}\n")
        return "250 OK"


class Sink:
    """The running mail server, as seen by who counts its mail."""

    def __init__(self, file: Path) -> None:
        self.arrived_at: dict[str, float] = {}
        self._file = file.open()

    def look(self) -> dict[str, float]:
        """When each recipient's first mail arrived, until now."""
        while line := self._file.readline():
            recipient, _, at = line.partition("\t")
            self.arrived_at.setdefault(recipient, float(at))
        return self.arrived_at


@contextmanager
def started(folder: Path) -> Iterator[Sink]:
    """The mail server in a process of its own, where every process that is started meanwhile sends its mail."""
    port, file = free_port(), folder / "mails.tsv"
    file.touch()
    process = subprocess.Popen([sys.executable, "-m", "deploy.bench.sink", str(port), str(file)])
    try:
        wait_for_port(port)
        os.environ["SMTP_URL"] = f"smtp://127.0.0.1:{port}"
        yield Sink(file)
    finally:
        process.terminate()
        process.wait()


async def serve(port: int, file: Path) -> None:
    notes = Notes(file)
    server = await asyncio.get_running_loop().create_server(lambda: SMTP(notes), "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(serve(int(sys.argv[1]), Path(sys.argv[2])))
