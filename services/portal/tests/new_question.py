"""E-services with one question more: eservice-intake's code as it is, and its data with a line added."""

import shutil
from pathlib import Path
from typing import Any

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
SIGNED = "varmepump"
"""One that the owner signs. There it need not be answered, and stands with the questions before it."""
UNASKED = {name: value for name, value in QUESTION.items() if name != "topic"} | {"required": False}


def with_new_question(folder: Path) -> Path:
    """Where a copy of the code is."""
    code = Path(eservice_intake.__file__).parents[1]
    (folder / "migrations").symlink_to(code.parent / "migrations")
    copy = shutil.copytree(code, folder / "src")
    for eservice, question in ((ESERVICE, QUESTION), (SIGNED, UNASKED)):
        _add(copy / "eservice_intake/data/eservices" / f"{eservice}.yaml", question)
    return copy


def _add(file: Path, question: dict[str, Any]) -> None:
    eservice = yaml.safe_load(file.read_text("utf-8"))
    eservice["fields"].append(question)
    file.write_text(yaml.safe_dump(eservice, allow_unicode=True), "utf-8")
