"""Attacks by who asks: one who pretends to be many, one who does not read, and staff who do not send."""

import asyncio
from collections import Counter
from urllib.parse import quote

import httpx

from deploy.attack.target import Attack, Target, Told
from deploy.attack.wire import deaf, many, one_by_one, post_json, request, sent_on
from deploy.submissions import Apis, job_ad

ADS, PER_CLIENT = 100, 120
A_PAGE = f"/ads?limit={ADS}"


async def addresses_of_one_line(target: Target) -> Told:
    """Who has an IPv6 line has 2⁶⁴ addresses, and is one client."""
    requests = [_forwarded(f"2001:db8:0:1::{number:x}") for number in range(PER_CLIENT + 80)]
    statuses = await sent_on(target.port, requests)
    within = len(requests) - statuses["429"]
    complaints = [f"{within} of one line were not limited"] if within > PER_CLIENT else []
    return Told(statuses, complaints)


async def many_lines(target: Target) -> Told:
    """What is remembered of clients must not fill the memory."""
    requests = (_forwarded(f"2001:db8:{number >> 16:x}:{number & 0xFFFF:x}::1") for number in range(60_000))
    return Told(await sent_on(target.port, requests))


async def deaf_readers(target: Target) -> Told:
    """Each asks for a long page, and never reads it."""
    await published_ads(target)
    asked = [deaf(target.port, request("GET", A_PAGE)) for _ in range(200)]
    await asyncio.sleep(target.hold_seconds)
    for one in asked:
        one.close()
    return Told(Counter({"not read": len(asked)}))


async def many_words(target: Target) -> Told:
    """Each word is looked for in every ad."""
    await published_ads(target)
    words = quote(" ".join(chr(ord("a") + number % 26) for number in range(50)))
    return Told(await one_by_one(400, 8, target.port, request("GET", f"/ads?q={words}&limit=1")))


async def staff_without_bodies(target: Target) -> Told:
    """What waits for a body must not hold a connection to the database."""
    headers = [f"Authorization: Bearer {target.token('housing-officer')}", "Content-Type: application/json"]
    path = "/houses/019a1b2c-3d4e-7f50-8a6b-7c8d9e0f1a2b/publication"
    data = [request("POST", path, *headers, f"Idempotency-Key: stalled-{number}", length=10) for number in range(20)]
    held = [many(1, target.port, one, max(target.hold_seconds, 8)) for one in data]
    return Told(sum(await asyncio.gather(*held), Counter[str]()))


def _forwarded(address: str) -> bytes:
    """As the proxy in front passes on what comes from that address."""
    return post_json("/houses", b"{}", f"X-Forwarded-For: {address}")


async def published_ads(target: Target) -> None:
    """A hundred ads as long as they may be, from as many companies."""
    api = f"http://127.0.0.1:{target.port}"
    staff = {"Authorization": f"Bearer {target.token('recruitment-officer')}"}
    for number in range(ADS):
        transport = httpx.AsyncHTTPTransport(local_address=f"127.0.1.{1 + number}")
        async with httpx.AsyncClient(base_url=api, transport=transport, timeout=30) as company:
            form = (await job_ad(company, Apis(api, api, api, api, api), {})).form
            sent = await company.post("/ads", json=form | {"description": {"text": "å" * 10_000}})
            ad = sent.raise_for_status().json()["id"]
            (await company.post(f"/ads/{ad}/publication", headers=staff)).raise_for_status()


ATTACKS = [
    Attack(
        "one line's addresses", "housing", f"{PER_CLIENT + 80} posts from addresses of one /64", addresses_of_one_line
    ),
    Attack("many lines", "housing", "60,000 posts, each from a /64 of its own", many_lines),
    Attack("deaf readers", "recruitment", "200 ask for 2 MB and do not read", deaf_readers),
    Attack("many words", "recruitment", "400 searches for 50 words", many_words),
    Attack("staff without bodies", "housing", "20 requests with a key, and never a body", staff_without_bodies),
]
