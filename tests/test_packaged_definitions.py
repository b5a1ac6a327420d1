"""Every definition of the packages is as sound as one that staff upload, and a broken file ends its process."""

from typing import Any

import pytest

from definitions.kinds import OneFile, Trials
from definitions.published import Published
from definitions.source import Source
from eservice_intake.app import api as intake
from notifications.app import api as notifications
from permit_guide.app import api as permit_guide
from recruitment.app import api as recruitment
from shared.clock import now

KINDS: dict[Published[Any], Trials[Any]] = {
    published: trials
    for app in (intake, notifications, permit_guide, recruitment)
    for published, trials in app.state.published.items()
}
IN_ONE_FILE = [published.kind for published in KINDS if isinstance(published.kind, OneFile)]


PACKAGED = [
    pytest.param(trials, seed, id=f"{published.kind.name} {name}")
    for published, trials in KINDS.items()
    for name, seed in published.seeds.items()
]


@pytest.mark.parametrize(("trials", "seed"), PACKAGED)
def test_a_definition_of_the_package_says_nothing_that_cannot_be_meant(trials: Trials[Any], seed: Any):
    assert list(trials.problems(seed.one, Source(seed.source))) == []


@pytest.mark.parametrize(("trials", "seed"), PACKAGED)
def test_the_golden_cases_of_the_package_are_as_they_must_be(trials: Trials[Any], seed: Any):
    assert [case.name for case in trials.golden(seed.one, now()) if not case.passed] == []


@pytest.mark.parametrize("kind", IN_ONE_FILE, ids=lambda kind: kind.name)
def test_a_broken_file_ends_the_process_and_names_file_and_field(kind: OneFile[Any], tmp_path):
    broken = tmp_path / "broken.yaml"
    broken.write_text(f"{kind.file.read_text('utf-8')}\ncolour: red\n", "utf-8")

    with pytest.raises(SystemExit, match=r"broken\.yaml: colour"):
        Published(type(kind)(broken)).current()


def test_every_kind_of_definition_is_among_them():
    assert {published.kind.name for published in KINDS} >= {
        "eservice",
        "taxa",
        "delegation",
        "routing",
        "guide",
        "shortage-list",
    }
