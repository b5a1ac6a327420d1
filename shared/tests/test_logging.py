import contextvars
import json
import logging
from collections.abc import Callable, Iterator

import pytest
import structlog

from shared.logging import configure_logging

Logged = Callable[..., list[str]]
AWAY = "Unable connect to node with id %s: %s"


@pytest.fixture
def logged(capsys: pytest.CaptureFixture[str]) -> Iterator[Logged]:
    """Says what it is given (logger, time, message and its details), and returns the lines that come of it."""
    kept = logging.getLogger().handlers

    def lines(*said: tuple[str, float, str, tuple[object, ...]]) -> list[str]:
        configure_logging("tests")
        for logger, at, message, details in said:
            record = logging.LogRecord(logger, logging.ERROR, __file__, 1, message, details, None)
            record.created = at
            logging.getLogger(logger).handle(record)
        return [json.loads(line)["event"] for line in capsys.readouterr().out.splitlines()]

    yield lines
    logging.getLogger().handlers = kept


def test_what_aiokafka_repeats_is_logged_twice_a_minute_with_how_often(logged):
    lines = logged(*(("aiokafka.client", 1000 + tenth / 10, AWAY, (tenth, "away")) for tenth in range(1200)))

    assert lines == [
        "Unable connect to node with id 0: away",
        "Unable connect to node with id 300: away (and 299 more since the last)",
        "Unable connect to node with id 600: away (and 299 more since the last)",
        "Unable connect to node with id 900: away (and 299 more since the last)",
    ]


def test_every_line_names_its_service_also_of_what_is_answered_in_another_context(logged, capsys):
    logged()
    logger = structlog.stdlib.get_logger("another")

    contextvars.Context().run(lambda: logger.warning("refused"))

    assert json.loads(capsys.readouterr().out)["service"] == "tests"


def test_different_things_are_each_logged(logged):
    lines = logged(
        ("aiokafka.client", 1000, AWAY, (1, "away")),
        ("aiokafka.conn", 1000, AWAY, (1, "away")),
        ("aiokafka.client", 1000, "Unable to update metadata from %s", ([1],)),
    )

    assert len(lines) == 3


def test_what_others_repeat_is_logged_every_time(logged):
    assert logged(*[("uvicorn.error", 1000, "the same", ())] * 3) == ["the same"] * 3
