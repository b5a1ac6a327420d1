"""Definitions: all, the versions of one, a version in each of its states."""

from typing import TYPE_CHECKING

from ..definitions import ALMA, DEFINITIONS, GUIDE, KIND, NAME, OLLE, SHORTAGES, VERSIONS, Editor

if TYPE_CHECKING:
    from ..registry import Scene

LABEL = "Vad vill du göra i verkstaden?"
FAULTY = {
    "source": "id: skolprojekt\nsv: Skolprojekt\nfields:\n  - name: role\n    type: sort\n    sv: Roll\n    en: Role\n",
    "note": "Ett försök.",
}
UNSAID = {"sv": LABEL, "en": "What would you like to do in the workshop?", "note": ""}
TURNED = {
    "effective_at-ar": "2020",
    "effective_at-manad": "2",
    "effective_at-dag": "1",
    "effective_at-tid": "8.00",
}


async def proposed(scene: "Scene") -> str:
    return f"{VERSIONS}/{await Editor(scene.system, OLLE).writes(LABEL)}"


async def own(scene: "Scene") -> str:
    return f"{VERSIONS}/{await Editor(scene.system, ALMA).writes(LABEL)}"


async def approved(scene: "Scene") -> str:
    version = await Editor(scene.system, OLLE).writes(LABEL)
    return f"{VERSIONS}/{await Editor(scene.system, ALMA).approves(version)}"


async def withdrawn(scene: "Scene") -> str:
    olle = Editor(scene.system, OLLE)
    return f"{VERSIONS}/{await olle.withdraws(await olle.writes(LABEL))}"


async def version_of(scene: "Scene", name: str) -> str:
    """That which holds."""
    return f"{VERSIONS}/{(await Editor(scene.system, OLLE, name).holding())['id']}"


async def holding(scene: "Scene") -> str:
    return await version_of(scene, "enskilt-avlopp")


async def guide(scene: "Scene") -> str:
    """With its golden cases."""
    holding = await Editor(scene.system, OLLE, GUIDE, "guide").holding()
    return f"/handlaggare/versioner/permit-guide/{holding['id']}"


async def some_versions(scene: "Scene") -> str:
    await proposed(scene)
    return f"{KIND}/{NAME}"


async def too_early(scene: "Scene") -> str:
    return f"{await approved(scene)}/publicera"


async def approved_by_the_author(scene: "Scene") -> str:
    return f"{await own(scene)}/godkann"


async def begun(scene: "Scene") -> str:
    """What is uploaded from a version begins as that is."""
    return f"{KIND}?fran={(await Editor(scene.system, OLLE).holding())['id']}"


async def some_texts(scene: "Scene") -> str:
    return f"{await holding(scene)}/texter"


async def one_text(scene: "Scene") -> str:
    return f"{VERSIONS}/{(await Editor(scene.system, OLLE).holding())['id']}/text?plats=fields.0"


async def tried(scene: "Scene") -> str:
    return f"{await version_of(scene, 'klagomal-olagenhet')}/prova"


async def tried_with_rows(scene: "Scene") -> str:
    return f"{await version_of(scene, 'varmepump')}/prova"


async def guide_to_try(scene: "Scene") -> str:
    return f"{await guide(scene)}/svar"


async def list_to_try(scene: "Scene") -> str:
    holding = await Editor(scene.system, OLLE, SHORTAGES, "shortage-list").holding()
    return f"/handlaggare/versioner/recruitment/{holding['id']}/svar"


async def case_to_try(scene: "Scene") -> str:
    return f"{await version_of(scene, 'klagomal-olagenhet')}/arende"


ROWS = [
    {"name": "definitioner", "at": DEFINITIONS, "who": ALMA},
    {"name": "definitioner-inte-for-handlaggare", "at": DEFINITIONS, "who": "maja berg", "status": 403},
    {"name": "definition-versioner", "at": some_versions, "who": ALMA},
    {"name": "definition-som-galler", "at": holding, "who": ALMA},
    {"name": "definition-guiden", "at": guide, "who": ALMA},
    {"name": "definition-foreslagen", "at": proposed, "who": ALMA},
    {"name": "definition-egen", "at": own, "who": ALMA},
    {"name": "definition-godkand", "at": approved, "who": ALMA},
    {"name": "definition-aterkallad", "at": withdrawn, "who": ALMA},
    {"name": "definition-ladda-upp", "at": begun, "who": ALMA},
    {"name": "definition-ladda-upp-fel", "at": KIND, "who": ALMA, "status": 422, "form": FAULTY},
    {"name": "definition-texter", "at": some_texts, "who": ALMA},
    {"name": "definition-text", "at": one_text, "who": ALMA},
    {"name": "definition-text-utan-varfor", "at": one_text, "who": ALMA, "status": 422, "form": UNSAID},
    {"name": "definition-prova", "at": tried, "who": ALMA},
    {"name": "definition-provad-med-fel", "at": tried, "who": ALMA, "form": {"nuisance": "buller"}},
    {"name": "definition-prova-rader", "at": tried_with_rows, "who": ALMA, "form": {"heat_source": "berg"}},
    {"name": "definition-prova-guiden", "at": guide_to_try, "who": ALMA},
    {
        "name": "definition-provad-guide",
        "at": guide_to_try,
        "who": ALMA,
        "form": {"sector": "mat_dryck", "sells": "folkol"},
    },
    {"name": "definition-provad-guide-med-fel", "at": guide_to_try, "who": ALMA, "form": {"refrigerant_co2e": "stor"}},
    {"name": "definition-prova-lista", "at": list_to_try, "who": ALMA},
    {"name": "definition-provad-lista", "at": list_to_try, "who": ALMA, "form": {"ssyk": "5120"}},
    {"name": "definition-prova-arende", "at": case_to_try, "who": ALMA},
    {
        "name": "definition-prova-okant-arende",
        "at": case_to_try,
        "who": ALMA,
        "status": 422,
        "form": {"reference": "X"},
    },
    {"name": "definition-publicera-for-tidigt", "at": too_early, "who": ALMA, "status": 422, "form": TURNED},
    {
        "name": "definition-godkand-av-den-som-skrev",
        "at": approved_by_the_author,
        "who": ALMA,
        "status": 422,
        "form": {"nyckel": "x"},
    },
]
