"""E-services with one question more, one of them after a sign-in: eservice-intake's code, and its data changed."""

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
REASON = {"sv": "En lag kräver att vi vet vem som skickar in.", "en": "A law demands that we know who sends it in."}
SIGN_IN = {"login": "eid", "login_reason": REASON}
UNASKED = {name: value for name, value in QUESTION.items() if name != "topic"} | {"required": False}


def with_new_question(folder: Path) -> Path:
    """Where a copy of the code is."""
    code = Path(eservice_intake.__file__).parents[1]
    (folder / "migrations").symlink_to(code.parent / "migrations")
    copy = shutil.copytree(code, folder / "src")
    for eservice, question, rules in ((ESERVICE, QUESTION, {}), (SIGNED, UNASKED, SIGN_IN)):
        _add(copy / "eservice_intake/data/eservices" / f"{eservice}.yaml", question, rules)
    return copy


def _add(file: Path, question: dict[str, Any], rules: dict[str, Any]) -> None:
    eservice = yaml.safe_load(file.read_text("utf-8")) | rules
    eservice["fields"].append(question)
    file.write_text(yaml.safe_dump(eservice, allow_unicode=True), "utf-8")
