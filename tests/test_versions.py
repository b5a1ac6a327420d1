"""What has been released stays: events only grow, and the changelog tells of it."""

import json
import re
import tomllib
from copy import deepcopy
from pathlib import Path

import pytest

from tests.released import VERSIONS, changed_since, release_version

ROOT = Path(__file__).parents[1]
RELEASED = sorted(VERSIONS.glob("*.json"))
HOUSE = "housing.house-listed.v1"


def version(path: Path) -> dict:
    return json.loads(path.read_text("utf-8"))


@pytest.mark.parametrize("path", RELEASED, ids=lambda path: path.stem)
def test_events_have_only_grown_since_a_version(path):
    assert changed_since(version(path)) == []


def test_an_event_that_is_gone_or_lost_a_field_is_noticed():
    richer = deepcopy(version(RELEASED[0]))
    richer["housing.house-burnt.v1"] = richer[HOUSE]
    richer[HOUSE]["properties"]["price"] = {"type": "integer"}

    assert changed_since(richer) == ["housing.house-burnt.v1: is gone", f"{HOUSE}.price: is gone"]


def test_a_version_is_kept_once(tmp_path):
    release_version("9.0.0", tmp_path)
    kept = version(tmp_path / "9.0.0.json")

    with pytest.raises(SystemExit, match=r"9.0.0.json is what readers of 9.0.0 go by"):
        release_version("9.0.0", tmp_path)

    assert changed_since(kept) == []
    assert HOUSE in kept


def test_the_changelog_tells_of_this_version_and_each_has_its_events():
    told = re.findall(r"^## ([0-9.]+)", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    this = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]

    assert told[0] == this
    assert {path.stem for path in RELEASED} == set(told)
