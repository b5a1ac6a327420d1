"""A case as staff see it, in its states; what they send; what they look for."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from portal.models import Presence
from shared.clock import day_in_sweden, now
from shared.database import Database

from ..casework import CLERK, HEAD, NO_ACTION, WANTED, Desk
from ..failed_mails import mails_fail
from ..fees import charged_restaurant

CASES, FEES = "/handlaggare/arenden", "/handlaggare/avgifter"
TURNED = {
    "unit": "livsmedel",
    **{"since-ar": "2026", "since-manad": "11", "since-dag": "1"},
    **{"until-ar": "2026", "until-manad": "1", "until-dag": "1"},
}
NEIGHBOUR = {
    "version": "5",
    "delge-annan.number": "1",
    "delge-annan.name": "Nils Granne",
    "delge-annan.email": "nils@exempel.se",
    "delge-annan.language": "en",
}
CHANGED = {
    "version": "5",
    "foresla-andring.outcome": "no_action",
    "foresla-andring.reasons": "En ny mätning ger samma värden.",
    "foresla-andring.legal_basis": "26 kap. 9 § miljöbalken",
}
FILLED = {
    "beslut.outcome": "no_action",
    "beslut.reasons": NO_ACTION["reasons"],
    "beslut.legal_basis": "26 kap. 9 § miljöbalken",
    "beslut.service": "receipt",
}


async def received(scene: Any) -> str:
    return f"{CASES}/{await Desk(scene.system).receives()}"


async def watched(scene: Any) -> str:
    """A case that a colleague has open, for as long as somebody may look at this page."""
    path = await received(scene)
    database = Database(scene.system.settings("portal"))
    until = datetime.now(UTC) + timedelta(hours=1)
    async with database.transaction() as tx:
        reference = path.rpartition("/")[2]
        tx.add(Presence(reference=reference, person=UUID(int=1), name="Alma Sund", until=until))
    await database.close()
    return path


async def waiting(scene: Any) -> str:
    desk = Desk(scene.system)
    reference = await desk.receives()
    await desk.takes(reference, "messages", {"text": "Hej!\n\nVi har läst din anmälan."})
    await desk.takes(reference, "supplement-requests", WANTED)
    await mails_fail(scene.system, reference)
    return f"{CASES}/{reference}"


async def proposed(scene: Any) -> str:
    desk = Desk(scene.system)
    reference = await desk.receives()
    await desk.takes(reference, "completion", {})
    await desk.takes(reference, "proposals", NO_ACTION)
    return f"{CASES}/{reference}"


async def appealed(scene: Any) -> str:
    desk, today = Desk(scene.system), day_in_sweden(now()).isoformat()
    reference = await desk.receives()
    await desk.takes(reference, "decisions", {"decision": NO_ACTION})
    neighbour = {"name": "Nils Granne", "email": "nils@exempel.se"}
    await desk.takes(reference, "decisions/1/parties", neighbour)
    await desk.takes(reference, "decision-receipt", {"served_on": today})
    await desk.takes(reference, "appeals", {"text": "Jag vill att ni mäter igen.", "received_on": today})
    return f"{CASES}/{reference}"


async def ruled(scene: Any) -> str:
    """What the court did with the decision."""
    path, desk = await appealed(scene), Desk(scene.system)
    reference, today = path.rpartition("/")[2], day_in_sweden(now()).isoformat()
    await desk.takes(reference, "appeals/forwarding")
    ruling = {"ruling": "upheld", "ruled_by": "Länsstyrelsen i Jämtlands län", "ruled_on": today}
    await desk.takes(
        reference, "ruling", {**ruling, "ruling_number": "505-1234-2026", "ruling_text": "Överklagandet avslås."}
    )
    return path


async def supplement(scene: Any) -> str:
    return f"{await received(scene)}/komplettering"


async def written(scene: Any) -> str:
    return f"{await received(scene)}/meddelande"


async def changed(scene: Any) -> str:
    return f"{await proposed(scene)}/meddelande"


async def decision(scene: Any) -> str:
    return f"{await received(scene)}/beslut"


async def serving(scene: Any) -> str:
    return f"{await appealed(scene)}/delge-annan"


async def changing(scene: Any) -> str:
    return f"{await appealed(scene)}/foresla-andring"


async def some(scene: Any) -> str:
    await received(scene)
    return CASES


async def delegated(scene: Any) -> str:
    await appealed(scene)
    return "/handlaggare/delegationsbeslut"


async def charged(scene: Any) -> str:
    return f"{CASES}/{await charged_restaurant(scene.system)}"


async def exported(scene: Any) -> str:
    await charged_restaurant(scene.system)
    return FEES


ROWS = [
    {"name": "handlaggare-avgift", "at": charged, "who": HEAD},
    {"name": "handlaggare-avgifter", "at": exported, "who": HEAD},
    {
        "name": "handlaggare-avgifter-fel",
        "at": FEES,
        "who": HEAD,
        "status": 422,
        "form": TURNED,
    },
    {"name": "handlaggare-arenden", "at": some, "who": CLERK},
    {"name": "handlaggare-arenden-inga", "at": f"{CASES}?q=finns-inte", "who": CLERK},
    {"name": "handlaggare-arenden-fel", "at": CASES, "who": CLERK, "status": 422, "form": {"personnummer": "1234"}},
    {"name": "handlaggare-inkommet", "at": received, "who": CLERK},
    {"name": "handlaggare-kollega", "at": watched, "who": CLERK},
    {"name": "handlaggare-komplettering", "at": waiting, "who": CLERK},
    {"name": "handlaggare-foreslaget", "at": proposed, "who": HEAD},
    {"name": "handlaggare-overklagat", "at": appealed, "who": HEAD},
    {"name": "handlaggare-avgjort", "at": ruled, "who": HEAD},
    {
        "name": "handlaggare-fel",
        "at": supplement,
        "who": CLERK,
        "status": 422,
        "form": {"version": "1", "komplettering.wanted": "", "komplettering.due_on": "2020-01-01"},
    },
    {
        "name": "handlaggare-andrat",
        "at": changed,
        "who": CLERK,
        "status": 422,
        "form": {
            "version": "1",
            "nyckel": "ett-meddelande",
            "gor": "skicka",
            "meddelande.text": "Det här skrev jag medan ärendet ändrades.",
        },
    },
    {
        "name": "forhandsgranska-komplettering",
        "at": supplement,
        "who": CLERK,
        "form": {"version": "1", **{f"komplettering.{name}": text for name, text in WANTED.items()}},
    },
    {"name": "forhandsgranska-beslut", "at": decision, "who": CLERK, "form": {"version": "1", **FILLED}},
    {"name": "forhandsgranska-delgivning", "at": serving, "who": HEAD, "form": NEIGHBOUR},
    {"name": "forhandsgranska-andring", "at": changing, "who": HEAD, "form": CHANGED},
    {
        "name": "handlaggare-inget-arende",
        "at": f"{CASES}/AAAA-AAAA/meddelande",
        "who": CLERK,
        "status": 404,
        "form": {"meddelande.text": "Det här skrev jag till ett ärende som inte finns."},
    },
    {
        "name": "forhandsgranska-meddelande",
        "at": written,
        "who": CLERK,
        "form": {"version": "1", "meddelande.text": "Hej!\n\nVi mäter bullret på tisdag."},
    },
    {"name": "delegationsbeslut", "at": delegated, "who": HEAD},
]
