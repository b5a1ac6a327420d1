"""What has been released stays: events only grow, and the changelog tells of it."""

import json
import re
from copy import deepcopy
from pathlib import Path

import pytest

from tests.released import ROOT, VERSIONS, breaking_changes, changed_since, release, schema_of, schemas, this_version

RELEASED = sorted(VERSIONS.glob("*.json"))
HOUSE = "housing.house-listed.v1"
ANNOUNCED = "recruitment.event-announced.v1"


def version(path: Path) -> dict:
    return json.loads(path.read_text("utf-8"))


def kept(folder: Path, events: dict) -> Path:
    """An earlier version's file, of these events."""
    path = folder / "0.0.1.json"
    path.write_text(json.dumps(events), "utf-8")
    return path


@pytest.mark.parametrize("path", RELEASED, ids=lambda path: path.stem)
def test_events_have_only_grown_since_a_version(path):
    assert changed_since(version(path)) == []


def test_this_version_has_the_events_as_they_are_now():
    found = version(VERSIONS / f"{this_version()}.json")

    assert found == schemas(), "keep them: .venv/bin/python -m tests.released"


def test_an_event_that_is_gone_or_lost_a_field_is_noticed():
    richer = schemas()
    richer["housing.house-burnt.v1"] = richer[HOUSE]
    richer[HOUSE]["properties"]["price"] = {"type": "integer"}

    assert set(changed_since(richer)) == {"housing.house-burnt.v1: is gone", f"{HOUSE}.price: is gone"}


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda s: s["properties"].pop("title"), "event.title: is gone"),
        (lambda s: s["properties"]["title"].update(type="integer"), "event.title.type: 'string' became 'integer'"),
        (lambda s: s["required"].append("event_id"), "event.event_id: became required"),
        (lambda s: s["required"].remove("title"), "event.title: is required no more"),
        (
            lambda s: s["properties"]["type"].update(const="x"),
            "event.type.const: 'recruitment.event-announced.v1' became 'x'",
        ),
    ],
)
def test_a_change_that_breaks_readers_is_noticed(change, problem):
    current = deepcopy(schema_of(ANNOUNCED))

    change(current)

    assert problem in breaking_changes(schema_of(ANNOUNCED), current)


def test_a_new_optional_field_breaks_nobody():
    current = deepcopy(schema_of(ANNOUNCED))

    current["properties"]["photos"] = {"$ref": "#/$defs/Photo", "default": None}
    current["$defs"] = {"Photo": {"type": "object"}}

    assert breaking_changes(schema_of(ANNOUNCED), current) == []


def test_a_version_keeps_new_events_and_new_optional_fields_and_those_before_it_stay(tmp_path):
    poorer = schemas()
    poorer.pop(HOUSE)
    poorer[ANNOUNCED]["properties"].pop("occurred_at")
    before = kept(tmp_path, poorer)

    release("9.0.0", tmp_path)

    assert version(tmp_path / "9.0.0.json") == schemas()
    assert version(before) == poorer


def test_what_breaks_readers_of_an_earlier_version_is_not_released(tmp_path):
    richer = schemas()
    richer[HOUSE]["properties"]["price"] = {"type": "integer"}
    kept(tmp_path, richer)

    with pytest.raises(SystemExit, match=f"{HOUSE}.price: is gone\nReaders would break: make it a new class"):
        release("9.0.0", tmp_path)

    assert not (tmp_path / "9.0.0.json").exists()


def test_the_changelog_tells_of_this_version_and_each_has_its_events():
    told = re.findall(r"^## ([0-9.]+)", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)

    assert told[0] == this_version()
    assert {path.stem for path in RELEASED} == set(told)
