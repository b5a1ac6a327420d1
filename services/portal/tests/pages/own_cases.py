"""What somebody sees of their own case, and what another party sees of one that they are asked about."""

from typing import Any

from .. import drafts
from ..cases import Casework

WHO = {"who": "karin ek"}


async def _received(scene: Any) -> str:
    return f"/arenden/{(await Casework(scene.system).sent_in()).reference}"


async def _asked(scene: Any) -> str:
    return f"/arenden/{(await Casework(scene.system).asked()).reference}"


async def _list(scene: Any) -> str:
    await Casework(scene.system).asked()
    await Casework(scene.system).decided()
    return "/arenden"


async def _late(scene: Any) -> str:
    return f"/arenden/{(await Casework(scene.system).late()).reference}"


async def _decided(scene: Any) -> str:
    return f"/arenden/{(await Casework(scene.system).decided()).reference}"


async def _served(scene: Any) -> str:
    return f"/arenden/{(await Casework(scene.system).served()).reference}"


async def _written_to(scene: Any) -> str:
    return f"/arenden/{(await Casework(scene.system).written_to()).reference}"


async def _infected(scene: Any) -> str:
    applicant, _ = await Casework(scene.system).infected()
    return f"/arenden/{applicant.reference}"


async def _replacement(scene: Any) -> str:
    applicant, file_id = await Casework(scene.system).infected()
    return f"/arenden/{applicant.reference}/filer/{file_id}/byt"


def _within(arrange: Any, part: str) -> Any:
    async def path(scene: Any) -> str:
        return f"{await arrange(scene)}{part}"

    return path


async def _copied(casework: Casework) -> str:
    receipt = await drafts.application_of(casework.system, "klagomal-olagenhet", drafts.COMPLAINT)
    return await drafts.link_to_copy(casework.system, receipt)


def _by_link(name: str, arrange: Any, part: str = "") -> dict[str, Any]:
    """A row of somebody who has opened the link of a mail."""

    async def path(scene: Any) -> str:
        scene.links[name] = await arrange(Casework(scene.system))
        return f"{scene.links[name].rpartition('/')[0]}{part}"

    return {"name": name, "at": path}


ROWS = [
    {"name": "arenden", "at": "/arenden"},
    {"name": "arenden-okand-lank", "at": "/arenden?referens=K7MP-2XWB&okand=1"},
    {"name": "arenden-fel-kod", "at": "/arenden", "status": 422, "form": {"referens": "K7MP-2XWB", "kod": "fel"}},
    {"name": "arenden-inget-ifyllt", "at": "/arenden", "status": 422, "form": {"referens": "", "kod": ""}},
    {"name": "arenden-inloggad", "at": _list, **WHO},
    {"name": "arenden-inga", "at": "/arenden", "who": "tolvan tolvansson"},
    {"name": "arende-inkommet", "at": _received, **WHO},
    {"name": "arende-komplettera", "at": _asked, **WHO},
    {"name": "arende-forsenad-komplettering", "at": _late, **WHO},
    {"name": "arende-meddelanden", "at": _written_to, **WHO},
    {"name": "arende-virus", "at": _infected, **WHO},
    {"name": "arende-avgjort", "at": _decided, **WHO},
    {"name": "arende-delgivet", "at": _served, **WHO},
    {"name": "arende-aterkalla", "at": _within(_received, "/aterkalla"), **WHO},
    {"name": "komplettera", "at": _within(_asked, "/komplettera"), **WHO},
    {"name": "komplettera-tomt", "at": _within(_asked, "/komplettera"), **WHO, "status": 422, "form": {"text": " "}},
    {"name": "byt-fil", "at": _replacement, **WHO},
    {"name": "meddelande-tomt", "at": _within(_received, "/meddelanden"), **WHO, "status": 422, "form": {"text": ""}},
    {"name": "beslut", "at": _within(_decided, "/beslut"), **WHO},
    {"name": "beslut-mottaget", "at": _within(_served, "/beslut?klart=mottaget"), **WHO},
    {"name": "omdome", "at": _within(_decided, "/omdome"), **WHO},
    {"name": "omdome-tomt", "at": _within(_decided, "/omdome"), **WHO, "status": 422, "form": {"comment": "Ja"}},
    {"name": "overklaga", "at": _within(_served, "/beslut/overklaga"), **WHO},
    {"name": "overklaga-tomt", "at": _within(_served, "/beslut/overklaga"), **WHO, "status": 422, "form": {"text": ""}},
    _by_link("remiss", Casework.referred),
    _by_link("remiss-kopia", _copied),
    {**_by_link("remiss-tomt-svar", Casework.referred), "status": 422, "form": {"text": ""}},
    _by_link("beslut-som-ror-en", Casework.served_on_a_neighbour),
    _by_link("overklaga-som-granne", Casework.served_on_a_neighbour, "/overklaga"),
    {
        "name": "remiss-stangd-under-tiden",
        "at": "/remisser/018f2f6e-1111-7000-8000-000000000001",
        "status": 401,
        "form": {"text": "Vi har inget att invända."},
    },
    {"name": "remiss-utan-lank", "at": "/remisser/018f2f6e-1111-7000-8000-000000000001", "status": 403},
    {
        "name": "arende-stangt-under-tiden",
        "at": "/arenden/K7MP-2XWB/meddelanden",
        "status": 401,
        "form": {"text": "Två rader\nmed <tecken> & annat"},
    },
]
