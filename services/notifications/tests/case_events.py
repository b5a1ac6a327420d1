"""Events of a case as their samples have them, and the mails they ask for, for tests."""

import json
from pathlib import Path
from uuid import UUID

from notifications.rules.notices import Email, Notice
from shared.events import AnyEvent, read_event

SAMPLES = Path(__file__).parents[3] / "tests/samples"


def sample(name: str, **changes: object) -> AnyEvent:
    """The event as its sample has it; an applicant who can be written to, unless it says otherwise."""
    event = json.loads((SAMPLES / f"eservice-intake.{name}.v1.json").read_text())
    return read_event(json.dumps({"applicant_contact_id": str(UUID(int=7)), **event, **changes}).encode())


def mails(notices: list[Notice]) -> list[Email]:
    return [notice for notice in notices if isinstance(notice, Email)]
