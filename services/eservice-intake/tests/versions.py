"""Versions of definitions, as staff make them."""

from pathlib import Path

import eservice_intake
from definitions.published import refresh
from eservice_intake.app import PUBLISHED

COMPLAINTS = "klagomal-olagenhet"
SOURCE = (Path(eservice_intake.__file__).parent / f"data/eservices/{COMPLAINTS}.yaml").read_text("utf-8")
TITLE = "Klagomål på grannen"


def renamed(title=TITLE, source=SOURCE):
    """The e-service for complaints with another title."""
    first = next(line for line in source.splitlines() if line.startswith("sv:"))
    return source.replace(first, f"sv: {title}", 1)


async def upload(client, who, source, note="Tydligare.", kind="eservice"):
    form = {"source": source, "note": note}
    return await client.post(f"/eservice-intake/definitions/{kind}", json=form, headers=who)


async def step(client, who, version, name, **form):
    address = f"/eservice-intake/definition-versions/{version['id']}/{name}"
    return await client.post(address, headers=who, **({"json": form} if form else {}))


async def publish(client, database, author, other, source, kind="eservice", **times):
    """One writes, another approves, and it is published; the process notices."""
    version = (await upload(client, author, source, kind=kind)).json()
    approved = await step(client, other, version, "approval")
    assert approved.status_code == 200, approved.text
    address = f"/eservice-intake/definition-versions/{version['id']}/publication"
    published = await client.post(address, json=times, headers=author)
    assert published.status_code == 200, published.text
    await noticed(database)
    return published.json()


async def noticed(database):
    await refresh(database, list(PUBLISHED))


def forget():
    for kind in PUBLISHED:
        kind.forget()
