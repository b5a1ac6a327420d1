"""The e-services: the list, filling one in, checking it, and what one is told when it is sent in."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from .. import drafts, registers

At = Callable[[Any], Awaitable[str]]
NEW = "/e-tjanster/klagomal-olagenhet/utkast/nytt/nuisance"
TYPED = {"nuisance": "buller", "description": "Fläkten\noch <det> & annat", "since-ar": "20", "since-manad": "x"}


def on_complaint(path: str, **answers: Any) -> At:
    async def arranged(scene: Any) -> str:
        draft = await drafts.draft_of(scene.system, "klagomal-olagenhet", {**drafts.COMPLAINT, **answers})
        return f"{draft}/{path}"

    return arranged


def on_heat_pump(path: str, **answers: Any) -> At:
    async def arranged(scene: Any) -> str:
        known = {**await drafts.heat_pump(scene.system), **answers}
        filled = {name: answer for name, answer in known.items() if answer is not None}
        draft = await drafts.draft_of(scene.system, "varmepump", filled)
        return f"{draft}/{path}"

    return arranged


async def with_a_file(scene: Any) -> str:
    return await on_complaint("bilagor/diary", diary=[await drafts.file_of(scene.system, "dagbok.pdf")])(scene)


async def sent_in(scene: Any) -> str:
    receipt = await drafts.application_of(scene.system, "klagomal-olagenhet", drafts.COMPLAINT)
    return drafts.sent_path(receipt)


async def awaiting(scene: Any) -> str:
    return drafts.sent_path(await drafts.awaited(scene.system))


async def another_signer(scene: Any) -> str:
    return f"{await awaiting(scene)}/undertecknare"


async def to_sign(scene: Any) -> str:
    return await drafts.link_to_sign(scene.system, await drafts.awaited(scene.system))


async def declining(scene: Any) -> str:
    return f"{await to_sign(scene)}/avbojande"


def with_registers(path: str) -> At:
    async def arranged(scene: Any) -> str:
        with TemporaryDirectory() as folder:
            await registers.have(scene.system, Path(folder))
        return path

    return arranged


async def judged_by_a_register(scene: Any) -> str:
    receipt = await drafts.application_of(scene.system, "varmepump", await drafts.own_heat_pump(scene.system))
    await drafts.within_area(scene.system, receipt)
    return drafts.sent_path(receipt)


ROWS: list[dict[str, Any]] = [
    {"name": "e-tjanster", "at": "/e-tjanster"},
    {"name": "e-tjanster-sokta", "at": "/e-tjanster?q=mat&amne=livsmedel"},
    {"name": "e-tjanster-inga", "at": "/e-tjanster?q=rymdraket"},
    {"name": "e-tjanst", "at": "/e-tjanster/varmepump"},
    {"name": "e-tjanst-inloggad", "at": "/e-tjanster/koldmedierapport", "who": "karin ek"},
    {"name": "e-tjanst-med-eller-utan", "at": "/e-tjanster/fororening-upplysning"},
    {"name": "e-tjanst-anonym", "at": "/e-tjanster/klagomal-olagenhet"},
    {
        "name": "e-tjanst-fel-lank",
        "at": "/e-tjanster/klagomal-olagenhet",
        "form": {"utkast": "https://annat"},
        "status": 422,
    },
    {"name": "e-tjanst-finns-inte", "at": "/e-tjanster/finns-inte", "status": 404},
    {"name": "steg", "at": NEW},
    {"name": "steg-fel", "at": NEW, "form": TYPED, "status": 422},
    {"name": "steg-sokande", "at": "/e-tjanster/varmepump/utkast/nytt/applicant_person", "who": "karin ek"},
    {"name": "steg-val-med-foljdfragor", "at": on_heat_pump("representative")},
    {"name": "steg-sparat", "at": on_heat_pump("heat_source")},
    {"name": "steg-andra", "at": on_complaint("nuisance?andra=1", description="Kort")},
    {
        "name": "steg-hamtat",
        "at": with_registers(registers.COMPANY),
        "who": "karin ek",
        "form": {"hamta": "orgnr", "orgnr": registers.NUMBER, "company_name": "Björnen AB"},
    },
    {
        "name": "steg-forslag",
        "at": with_registers(registers.PROPERTY),
        "who": "karin ek",
        "form": {"hamta": "visiting_address", "visiting_address.street": "byv"},
    },
    {
        "name": "steg-hamtat-inget",
        "at": with_registers(registers.COMPANY),
        "who": "karin ek",
        "form": {"hamta": "orgnr", "orgnr": registers.UNKNOWN},
    },
    {"name": "rader-inga", "at": on_heat_pump("boreholes", boreholes=[])},
    {"name": "rader", "at": on_heat_pump("boreholes")},
    {"name": "rader-fel", "at": on_heat_pump("boreholes", boreholes=[{}]), "form": {"x": "1"}, "status": 422},
    {"name": "rad", "at": on_heat_pump("boreholes/0")},
    {"name": "rad-ny-fel", "at": on_heat_pump("boreholes/ny"), "form": {"length_m": "långt"}, "status": 422},
    {"name": "bilaga", "at": on_complaint("bilagor/diary")},
    {"name": "bilaga-saknas", "at": on_heat_pump("bilagor/site_plan", site_plan=None), "form": {}, "status": 422},
    {"name": "bilaga-finns", "at": with_a_file},
    {"name": "kontrollera", "at": on_complaint("kontrollera")},
    {"name": "kontrollera-logga-in", "at": on_heat_pump("kontrollera")},
    {"name": "kontrollera-rader", "at": on_heat_pump("kontrollera"), "who": "karin ek"},
    {
        "name": "kontrollera-fel",
        "at": on_heat_pump("kontrollera"),
        "who": "karin ek",
        "form": {"x": "1"},
        "status": 422,
    },
    {"name": "utkast-sparat", "at": on_complaint("sparat")},
    {"name": "utkast-borttaget", "at": "/e-tjanster/klagomal-olagenhet/utkast-borttaget"},
    {"name": "utkast-finns-inte", "at": "/utkast/finnsinte", "status": 404},
    {"name": "inskickad", "at": sent_in},
    {"name": "inskickad-annat-slag", "at": judged_by_a_register},
    {"name": "vantar-pa-underskrift", "at": awaiting},
    {"name": "vantar-pa-underskrift-fel", "at": another_signer, "form": {"email": "aino@"}, "status": 422},
    {"name": "skriv-under", "at": to_sign},
    {"name": "skriv-under-avboj-fel", "at": declining, "form": {"reason": ""}, "status": 422},
]
