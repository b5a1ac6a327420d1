"""What `make attack` says of an API that does not defend itself: a check that cannot fail shows nothing."""

import asyncio
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.attack import heads, tokens
from deploy.attack.__main__ import ATTACKS, HARMLESS, memory_limit, verdict
from deploy.attack.bodies import files_without_end, larger_than_allowed, stalled_uploads, unknown_keys
from deploy.attack.target import MEGABYTE, Attack, Bounds, Outcome, Target, Told, measure
from deploy.embedded.issuer import LocalIssuer
from deploy.forks import ROOT
from testkit.broker import free_port, wait_for_port

AMPLE = Bounds(memory=4_000 * MEGABYTE, unready_seconds=60)


@pytest.fixture
def naive(tmp_path: Path) -> Iterator[Target]:
    """The naive API in a process of its own."""
    port = free_port()
    (tmp_path / "tmp").mkdir()
    LocalIssuer("http://issuer.example", "kommunbuss", tmp_path / "issuer.json")
    command = [sys.executable, "-m", "uvicorn", "tests.naive:app", "--port", str(port), "--log-level", "critical"]
    process = subprocess.Popen(command, cwd=ROOT)
    try:
        wait_for_port(port)
        yield Target(port, port, process.pid, tmp_path, hold_seconds=1, issuer="http://issuer.example")
    finally:
        process.kill()
        process.wait()


def attacked(target: Target, run, bounds: Bounds = AMPLE) -> Outcome:
    return measure(Attack("an attack", "naive", "something", run), target, bounds)


def test_who_keeps_what_is_sent_is_killed_at_the_limit(naive):
    outcome = attacked(naive, stalled_uploads, Bounds(memory=150 * MEGABYTE, unready_seconds=60))

    assert outcome.peak > 150 * MEGABYTE
    assert outcome.fell[0] == f"killed at {outcome.peak / MEGABYTE:.0f} MB"


def test_who_does_one_thing_at_a_time_does_not_answer_others(naive):
    outcome = attacked(naive, unknown_keys, Bounds(memory=4_000 * MEGABYTE, unready_seconds=1))

    assert outcome.fell[0].startswith("no answer to others for ")
    assert outcome.worst_seconds > 1


def test_who_looks_at_no_token_lets_every_forged_one_in(naive):
    told = attacked(naive, tokens.forged_tokens).told

    assert set(told.statuses) == {"200"}
    assert len(told.complaints) == told.statuses.total() > 40


@pytest.mark.parametrize("run", [heads.doubtful_shapes, larger_than_allowed, files_without_end])
def test_who_takes_everything_is_told_what(naive, run):
    assert attacked(naive, run).fell


def test_who_ends_is_told(naive):
    async def end(target: Target) -> Told:
        os.kill(target.pid, signal.SIGKILL)
        return Told()

    assert attacked(naive, end).fell[0] == "it died"


def test_an_attack_has_an_end(naive):
    async def go_on(_: Target) -> Told:
        await asyncio.Event().wait()
        return Told()

    outcome = attacked(naive, go_on, Bounds(memory=4_000 * MEGABYTE, unready_seconds=60, attack_seconds=0.5))

    assert outcome.fell == ("the attack was not over after 0 s",)


def test_who_stands_is_said_to_stand(naive):
    async def ask_nothing(_: Target) -> Told:
        return Told(Counter(["200"]))

    outcome = attacked(naive, ask_nothing)

    assert outcome.fell == ()
    assert 0 < outcome.peak < AMPLE.memory
    assert verdict(outcome.fell) == "ok"


def test_a_verdict_names_the_first_of_what_fell():
    assert verdict(["a", "b", "c", "d", "e"]) == "FELL: a; b; c; and 2 more"


def test_the_limit_is_that_of_the_containers():
    assert memory_limit() == 384 * MEGABYTE


def test_attacks_have_names_of_their_own_and_a_harmless_question_beside():
    names = [attack.name for attack in ATTACKS]

    assert len(names) == len(set(names)) > 20
    assert {attack.service for attack in ATTACKS} <= HARMLESS.keys()
