"""Attacks before the body: headers, addresses, connections, and requests of a doubtful shape."""

from collections import Counter
from collections.abc import Awaitable, Callable

from deploy.attack.target import MEGABYTE, Attack, Target, Told
from deploy.attack.wire import answered, ask, hold, many, request

STALLED = b"GET /eservices HTTP/1.1\r\nHost: kommunbuss.example\r\n"
GET, POST = "GET /eservices HTTP/1.1", "POST /applications HTTP/1.1\r\nHost: kommunbuss.example"
SILENT_SECONDS = 12
REFUSED = ("400", "403", "404", "405", "408", "414", "431", "501", "505", "closed", "reset")

SHAPES = {
    "a length and chunks": f"{POST}\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "two lengths": f"{POST}\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{{}} ",
    "a length with a sign": f"{POST}\r\nContent-Length: +2\r\n\r\n{{}}",
    "an unknown coding": f"{POST}\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    "a folded header": f"{GET}\r\nHost: a\r\nX-A: 1\r\n 2\r\n\r\n",
    "a space before the colon": f"{GET}\r\nHost: a\r\nX-A : 1\r\n\r\n",
    "a zero in a header": f"{GET}\r\nHost: a\r\nX-A: \x00\r\n\r\n",
    "lines without CR": "GET /eservices HTTP/1.1\nHost: a\n\n",
    "HTTP/0.9": "GET /eservices\r\n\r\n",
    "HTTP/3.0": "GET /eservices HTTP/3.0\r\nHost: a\r\n\r\n",
    "no Host": f"{GET}\r\n\r\n",
    "two Hosts": f"{GET}\r\nHost: a\r\nHost: b\r\n\r\n",
    "a proxy's CONNECT": "CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example\r\n\r\n",
}


async def endless_header(target: Target) -> Told:
    data = request("GET", "/eservices", f"X-A: {'a' * 200 * MEGABYTE}")
    return Told(Counter([await ask(target.port, data, seconds=60)]))


async def many_headers(target: Target) -> Told:
    headers = [f"X-{number}: {number}" for number in range(1_000_000)]
    return Told(Counter([await ask(target.port, request("GET", "/eservices", *headers), seconds=60)]))


async def endless_address(target: Target) -> Told:
    data = request("GET", f"/eservices?q={'a' * 200 * MEGABYTE}")
    return Told(Counter([await ask(target.port, data, seconds=60)]))


async def large_headers(target: Target) -> Told:
    data = STALLED + b"X-A: " + b"a" * 3 * MEGABYTE
    return Told(await many(150, target.port, data, target.hold_seconds))


async def silent_connections(target: Target) -> Told:
    """One client, more connections than it can have use of, longer than others may be without an answer."""
    return Told(await many(600, target.port, b"", max(target.hold_seconds, SILENT_SECONDS)))


async def pipelined_requests(target: Target) -> Told:
    """Many on each connection, none of whose answers is waited for."""
    return Told(await many(100, target.port, request("GET", "/eservices") * 500, target.hold_seconds))


async def doubtful_shapes(target: Target) -> Told:
    return await _each_refused(target, {name: shape.encode() for name, shape in SHAPES.items()})


async def foreign_host(target: Target) -> Told:
    """No answer may send somebody to a host that the request names."""
    data = b"GET /eservices/ HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"
    status, _ = await answered(target.port, data)
    return Told(Counter([status]), ["it sends people to evil.example"] if status.startswith("3") else [])


async def _each_refused(target: Target, shapes: dict[str, bytes]) -> Told:
    told = Told()
    for name, data in shapes.items():
        status = await hold(target.port, data, 2)
        told.statuses[status] += 1
        if status not in REFUSED:
            told.complaints.append(f"{name}: {status}")
    return told


def _attack(name: str, sends: str, run: Callable[[Target], Awaitable[Told]]) -> Attack:
    return Attack(name, "eservice-intake", sends, run)


ATTACKS = [
    _attack("endless header", "one header of 200 MB", endless_header),
    _attack("many headers", "a million headers", many_headers),
    _attack("endless address", "an address of 200 MB", endless_address),
    _attack("large headers", "150 × 3 MB of header, held", large_headers),
    _attack("silent connections", "600 connections of one client", silent_connections),
    _attack("pipelined requests", "100 × 500 requests, none waited for", pipelined_requests),
    _attack("doubtful shapes", f"{len(SHAPES)} requests that two servers read differently", doubtful_shapes),
    _attack("foreign host", "a Host that is not ours", foreign_host),
]
