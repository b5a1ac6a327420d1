"""An e-service with one question more: eservice-intake's code as it is, and its data with a line added."""

import shutil
from pathlib import Path

import yaml

import eservice_intake

ESERVICE = "matforgiftning"
QUESTION = {
    "name": "cats",
    "topic": {"sv": "Sällskapsdjur", "en": "Pets"},
    "type": "integer",
    "required": True,
    "sv": "Antal katter",
    "en": "Number of cats",
    "min": 0,
    "max": 50,
}


def with_new_question(folder: Path) -> Path:
    """Where a copy of the code is."""
    code = Path(eservice_intake.__file__).parents[1]
    (folder / "migrations").symlink_to(code.parent / "migrations")
    copy = shutil.copytree(code, folder / "src")
    file = copy / "eservice_intake/data/eservices" / f"{ESERVICE}.yaml"
    eservice = yaml.safe_load(file.read_text("utf-8"))
    eservice["fields"].append(QUESTION)
    file.write_text(yaml.safe_dump(eservice, allow_unicode=True), "utf-8")
    return copy
