"""Whoever takes a step that leads to a mail looks at the mail first: found in the code of the steps, not in a list."""

import json
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any, get_type_hints
from uuid import UUID

import pytest
from fastapi.routing import APIRoute

from eservice_intake.app import ROUTERS
from eservice_intake.applications.step_previews import MAILED, _opens, _told
from eservice_intake.cases.handling import PendingStep
from notifications.rules import notices_for
from notifications.rules.notices import Email
from portal.clients.previews import StepMail
from portal.clients.staff_cases import Case
from portal.clients.steps import Steps, Taking
from portal.staff.case_previews import PREVIEWS, _template
from portal.staff.steps import BY_SLUG
from shared.events import CaseLinked, read_event
from shared.events.eservice_intake import CaseEvent

SAMPLES = Path(__file__).parent / "samples"
APPLICANT, PARTY = str(UUID(int=7)), {"party_id": str(UUID(int=8)), "party_contact_id": str(UUID(int=9))}
SHOWN_WITH = {"/cases/{reference}/decision-changes": "/cases/{reference}/decisions/preview"}
"""A change is looked at as the decision that it is."""
ROUTES = [route for router in ROUTERS for route in router.routes if isinstance(route, APIRoute)]
PATHS = {route.path: route.endpoint for route in ROUTES if "POST" in route.methods}
IN_ANOTHER_CASE = {CaseLinked}
"""What merging is in the case that goes on, of which nobody is told."""
STEPS = {
    path: take
    for path, take in PATHS.items()
    if PendingStep in get_type_hints(take).values() and not path.endswith("/preview")
}


class Asked(Exception):
    """The portal has asked for a path."""


class Asking(Steps):
    """The API, which answers nothing."""

    def __init__(self) -> None:
        self.path = ""

    async def post(self, path: str, *_: Any, **__: Any) -> Any:
        self.path = path
        raise Asked


def named_in(code: CodeType) -> Iterator[str]:
    yield from code.co_names
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield from named_in(inner)


def events_of(function: FunctionType, seen: set[FunctionType]) -> set[type[CaseEvent]]:
    """What the function may publish of a case, or what it calls."""
    seen.add(function)
    found = [function.__globals__.get(name) for name in named_in(function.__code__)]
    events = {
        one for one in found if isinstance(one, type) and issubclass(one, CaseEvent) and "type" in one.__annotations__
    }
    for one in found:
        if isinstance(one, FunctionType) and one not in seen and one.__module__.startswith("eservice_intake"):
            events |= events_of(one, seen)
    return events


def sample(kind: type[CaseEvent], **changes: Any) -> CaseEvent:
    """As its sample has it, with an applicant and others who can be written to."""
    event = json.loads((SAMPLES / f"{kind.model_fields['type'].default}.json").read_text())
    event |= {"applicant_contact_id": APPLICANT, **changes}
    event |= {"parties": [PARTY]} if "parties" in kind.model_fields else {}
    read = read_event(json.dumps(event).encode())
    assert isinstance(read, CaseEvent)
    return read


def mails(event: Any) -> list[str]:
    return [one.template for one in notices_for(event) if isinstance(one, Email)]


MAILING = {path for path, take in STEPS.items() if any(mails(sample(one)) for one in events_of(take, set()))}


async def asked_for(ask: Any) -> str:
    steps = Asking()
    with suppress(Asked):
        await ask(steps)
    return steps.path


KINDS = sorted({one for take in MAILED for one in events_of(take, set())} - IN_ANOTHER_CASE, key=str)


async def test_the_page_of_a_case_offers_every_step_that_the_api_has():
    taking = Taking("K7M4-P2XR", "1", "", {})

    offered = {await asked_for(lambda steps, form=form: form.take(steps, taking)) for form in BY_SLUG.values()}

    assert offered == set(STEPS)


async def test_every_step_that_leads_to_a_mail_is_looked_at_before():
    case, looked_at = Case.model_construct(reference="K7M4-P2XR", version=1), {}
    for form in BY_SLUG.values():
        path = await asked_for(lambda steps, form=form: form.take(steps, Taking("K7M4-P2XR", "1", "", {})))
        if path in MAILING:
            assert form.preview, f"{form.slug} sends a mail that nobody sees before"
            looked_at[path] = await asked_for(lambda steps, form=form: PREVIEWS[form.preview](steps, case, {}))

    assert looked_at == {path: SHOWN_WITH.get(path, f"{path}/preview") for path in MAILING}
    assert set(looked_at.values()) <= set(PATHS)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("more", [{}, {"outcome": "revoked"}, {"status": "complete"}])
def test_the_mails_that_are_looked_at_are_those_that_are_then_sent(kind: type[CaseEvent], more: dict[str, str]):
    event = sample(kind, **{name: value for name, value in more.items() if name in kind.model_fields})

    shown = [
        StepMail.model_construct(tells=event.type.split(".")[1], to_party=other is not None, opens=_opens(event))
        for other in _told(event)
    ]

    sent = mails(event)
    assert sent == [_template(one) for one in shown]
