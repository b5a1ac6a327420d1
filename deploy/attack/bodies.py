"""Attacks with bodies: costly to read, slow to come, larger than said, or stored without end."""

import asyncio
import json
from collections import Counter

from deploy.attack.target import MEGABYTE, Attack, Target, Told
from deploy.attack.wire import OPEN, answered, ask, hold, many, one_by_one, post_json, request

INTAKE, HOUSING = "eservice-intake", "housing"
MULTIPART = "Content-Type: multipart/form-data; boundary=x"
FILE_HEAD = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n%PDF-1.4\n'
ENDING = b"\r\n--x--\r\n"
PATIENCE_SECONDS = 25
LARGEST_FILE = 10 * MEGABYTE
LARGEST_FORM = LARGEST_FILE + 65_000
UPLOAD = 10_400_000
OTHERS = ("127.0.0.2", "127.0.0.3", "127.0.0.4")
KEPT_OF_ONE = 40
"""Files of 10 MB that one client sends; the last should not be taken."""


async def combining_marks(target: Target) -> Told:
    """Sorting them takes a time that grows with their square."""
    marks = 240_000
    email = "a" + "\u0315" * marks + "\u0300" * marks + "@x.se"
    form = {"eservice": "klagomal-olagenhet", "answers": {"anonymous": False, "complainant_email": email}}
    return Told(
        Counter([await ask(target.port, post_json("/applications", json.dumps(form, ensure_ascii=False).encode()))])
    )


async def punycode(target: Target) -> Told:
    """A form may name a charset, and this one's time grows with the square of what it decodes."""
    letters = b"a" * 260_000
    body = b'--x\r\nContent-Disposition: form-data; name="f-"\r\n\r\n' + letters + b"-" + letters + ENDING
    return Told(
        Counter([await ask(target.port, request("POST", "/attachments", f"{MULTIPART}; charset=punycode", body=body))])
    )


async def unknown_keys(target: Target) -> Told:
    """Each is an error with a text of its own, so that the answer may be ten times what was sent."""
    told = Told()
    for keys, times in ((95_000, 60), (15_000, 60)):
        body = ("{" + ",".join(f'"{number:x}":0' for number in range(keys)) + "}").encode()
        sizes: list[int] = []
        told.statuses += await one_by_one(times, 8, target.port, post_json("/houses", body), answers=sizes)
        if max(sizes) > len(body):
            told.complaints.append(f"an answer of {max(sizes) // 1000} kB to {len(body) // 1000} kB")
    return told


async def deep_json(target: Target) -> Told:
    bodies = (b"[" * 100_000, b'{"a":' * 100_000, b"1" * 900_000, b'"' + b"\\u0000" * 150_000 + b'"')
    statuses = [await ask(target.port, post_json("/houses", body)) for body in bodies]
    return Told(Counter(statuses), [f"{status}" for status in statuses if not status.startswith("4")])


async def single_bytes(target: Target) -> Told:
    return Told(Counter([await ask(target.port, _chunked("/houses") + b"1\r\n \r\n" * 500_000 + b"0\r\n\r\n")]))


async def stalled_uploads(target: Target) -> Told:
    """What has come of them lies in /tmp."""
    data = request("POST", "/attachments", MULTIPART, body=FILE_HEAD + b"x" * UPLOAD, length=UPLOAD + 1_000)
    return Told(await many(40, target.port, data, target.hold_seconds))


async def stalled_forms(target: Target) -> Told:
    """What has come of them lies in memory."""
    data = request("POST", "/applications", "Content-Type: application/json", body=b" " * 990_000, length=1_000_000)
    return Told(await many(400, target.port, data, target.hold_seconds))


async def slow_senders(target: Target) -> Told:
    """Who sends next to nothing is to be cut off, be it headers or a body."""
    seconds = max(target.hold_seconds, PATIENCE_SECONDS)
    form = request("POST", "/applications", "Content-Type: application/json", body=b"{", length=100_000)
    headers = many(300, target.port, b"GET /eservices HTTP/1.1\r\n", seconds, drip=b"X-A: b\r\n")
    statuses = sum(await asyncio.gather(headers, many(100, target.port, form, seconds, drip=b" ")), Counter[str]())
    return Told(statuses, [f"{statuses[OPEN]} were never cut off"] if statuses[OPEN] else [])


async def places_taken(target: Target) -> Told:
    """Three clients who send slowly must not keep a fourth from sending a file."""
    slow = request("POST", "/attachments", MULTIPART, body=FILE_HEAD, length=LARGEST_FORM)
    drip = b"x" * 20_000
    slowly = asyncio.create_task(many(12, target.port, slow, target.hold_seconds + 5, drip=drip, sources=OTHERS))
    await asyncio.sleep(5)
    honest = await ask(target.port, _upload(200_000), "127.0.0.5")
    return Told(await slowly + Counter([honest]), [f"an honest file: {honest}"] if honest != "201" else [])


async def files_without_end(target: Target) -> Told:
    """As many as one client likes, each as large as a file may be."""
    statuses = await one_by_one(KEPT_OF_ONE, 2, target.port, _upload(LARGEST_FILE))
    kept = sum(number for status, number in statuses.items() if status.startswith("2"))
    return Told(statuses, [f"{kept * 10} MB were kept for one client"] if kept == KEPT_OF_ONE else [])


async def larger_than_allowed(target: Target) -> Told:
    """Whoever sends first and looks for the answer afterwards must find it."""
    sizes = (2, 5, 12)
    data = [
        request("POST", "/applications", "Content-Type: application/json", body=b" " * size * MEGABYTE)
        for size in sizes
    ]
    statuses = [(await answered(target.port, one))[0] for one in data]
    complaints = [f"{size} MB: {status}" for size, status in zip(sizes, statuses, strict=True) if status != "413"]
    return Told(Counter(statuses), complaints)


async def without_a_length(target: Target) -> Told:
    head = _chunked("/applications")
    chunk = b"%x\r\n" % 65_536 + b" " * 65_536 + b"\r\n"
    status = await hold(target.port, head + chunk * 1_600, 30)
    return Told(Counter([status]), ["it was taken"] if status.startswith("2") else [])


def _chunked(path: str) -> bytes:
    head = f"POST {path} HTTP/1.1\r\nHost: kommunbuss.example\r\nContent-Type: application/json\r\n"
    return f"{head}Transfer-Encoding: chunked\r\n\r\n".encode()


def _upload(size: int) -> bytes:
    content = FILE_HEAD + b"x" * (size - 100) + b"\n%%EOF\n"
    return request("POST", "/attachments", MULTIPART, body=content + ENDING)


ATTACKS = [
    Attack("combining marks", INTAKE, "an e-mail address of 980 kB", combining_marks),
    Attack("charset of a form", INTAKE, "520 kB of punycode", punycode),
    Attack("unknown keys", HOUSING, "60 × 880 kB and 60 × 130 kB, 8 at a time", unknown_keys),
    Attack("deep JSON", HOUSING, "100,000 levels, 900,000 digits, 150,000 escapes", deep_json),
    Attack("single bytes", HOUSING, "500,000 chunks of a byte", single_bytes),
    Attack("stalled uploads", INTAKE, "40 × 10.4 MB of files, held", stalled_uploads),
    Attack("stalled forms", INTAKE, "400 × 0.99 MB of forms, held", stalled_forms),
    Attack("slow senders", INTAKE, "300 × a header, 100 × a byte of a body a second", slow_senders),
    Attack("places taken", INTAKE, "12 files of 3 clients, 20 kB a second; an honest one", places_taken),
    Attack("files without end", INTAKE, "40 × 10 MB of one client", files_without_end),
    Attack("larger than allowed", INTAKE, "2, 5 and 12 MB, all sent before we look", larger_than_allowed),
    Attack("without a length", INTAKE, "100 MB in chunks", without_a_length),
]
