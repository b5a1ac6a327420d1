#!/usr/bin/env python3
"""What testcontainers uses of Ryuk: removes what has a session's labels once nobody is connected any more."""

import asyncio
import json
import logging
import os
import signal
from http.client import HTTPConnection
from socket import AF_UNIX, socket
from urllib.parse import parse_qsl, quote

FIRST_CONNECTION = 60.0
RECONNECTION = float(os.environ.get("RYUK_RECONNECTION_TIMEOUT", "10s").removesuffix("s"))


class Docker(HTTPConnection):
    def connect(self) -> None:
        self.sock = socket(AF_UNIX)
        self.sock.connect("/var/run/docker.sock")

    def ask(self, method: str, path: str) -> bytes:
        self.request(method, path)
        answer = self.getresponse()
        content = answer.read()
        if answer.status >= 400:
            logging.error("%s %s: %s %s", method, path, answer.status, content.decode())
        return content


class Reaper:
    def __init__(self) -> None:
        self.filters: set[tuple[str, str]] = set()
        self.connected = 0
        self.done = asyncio.Event()
        self.timer = asyncio.get_running_loop().call_later(FIRST_CONNECTION, self.done.set)

    async def client(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connected += 1
        self.timer.cancel()
        try:
            async for line in reader:
                self.filters.update(parse_qsl(line.decode().strip()))
                writer.write(b"ACK\n")
                await writer.drain()
        except ConnectionError as error:
            logging.warning("Client lost: %s", error)
        finally:
            writer.close()
            self.connected -= 1
            if not self.connected:
                self.timer = asyncio.get_running_loop().call_later(RECONNECTION, self.done.set)


def remove(kind: str, value: str) -> None:
    docker = Docker("docker")
    chosen = "filters=" + quote(json.dumps({kind: [value]}))
    for container in json.loads(docker.ask("GET", f"/containers/json?all=1&{chosen}")):
        docker.ask("DELETE", f"/containers/{container['Id']}?force=1&v=1")
    for network in json.loads(docker.ask("GET", f"/networks?{chosen}")):
        docker.ask("DELETE", f"/networks/{network['Id']}")
    for volume in json.loads(docker.ask("GET", f"/volumes?{chosen}"))["Volumes"] or []:
        docker.ask("DELETE", f"/volumes/{volume['Name']}")


async def main() -> None:
    reaper = Reaper()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, reaper.done.set)
    await asyncio.start_server(reaper.client, "0.0.0.0", 8080)
    logging.info("Started!")
    await reaper.done.wait()
    for kind, value in sorted(reaper.filters):
        logging.info("Removing what has %s %s", kind, value)
        remove(kind, value)


logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
asyncio.run(main())
