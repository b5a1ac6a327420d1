"""The canvas draws a case's states as they are in the code."""

import re
from pathlib import Path

from eservice_intake.cases.states import TRANSITIONS, after
from eservice_intake.cases.statuses import Status
from eservice_intake.cases.steps import Step

CANVAS = (Path(__file__).parents[1] / "README.md").read_text("utf-8")


def drawn() -> set[tuple[str, str, str]]:
    """Every step of the picture: from which state, by which step, to which state."""
    arrows = re.findall(r"^    (\w+) --> (\w+): (.+)$", CANVAS, re.MULTILINE)
    return {(of, step, to) for of, to, steps in arrows for step in steps.split(", ")}


def listed() -> set[tuple[str, str]]:
    """Every step that leaves the state as it is: in which state, and which step."""
    lines = re.findall(r"^- `(\w+)`: ([a-z_, ]+)$", CANVAS.partition("leave the state as it is")[2], re.MULTILINE)
    states = {step: list(Status) if of == "every state" else of.split(", ") for step, of in lines}
    return {(of, step) for step, several in states.items() for of in several}


def ways(step: Step) -> set[tuple[str, str]]:
    """From which state to which it leads."""
    transition = TRANSITIONS[step]
    return {(of, after(step, of, back)) for of in transition.of for back in (None, *transition.back)}


def test_the_picture_has_every_step_that_leads_to_another_state_and_no_more():
    steps = {(of, step, to) for step in TRANSITIONS for of, to in ways(step) if to != of}

    assert drawn() == steps


def test_the_list_has_every_step_that_leaves_the_state_as_it_is_and_no_more():
    steps = {(of, step) for step in TRANSITIONS for of, to in ways(step) if to == of}

    assert listed() == steps
