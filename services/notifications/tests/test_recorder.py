"""What came of mails shares commits."""

import asyncio
from collections.abc import Sequence
from uuid import uuid4

import pytest

from notifications import recorder
from notifications.models.deliveries import Delivery
from notifications.outcomes import NOT_TRIED
from notifications.recorder import Entry, Recorder
from testkit.waiting import until


class Saves:
    """How many entries each commit had."""

    def __init__(self) -> None:
        self.sizes: list[int] = []

    async def __call__(self, entries: Sequence[Entry]) -> None:
        self.sizes.append(len(entries))
        for entry in entries:
            entry.saved.set_result(True)


@pytest.fixture
def delivery() -> Delivery:
    ids = {"event_id": uuid4(), "contact_id": uuid4(), "about": str(uuid4())}
    return Delivery(publisher="housing", unit="boende", template="interest_relayed", priority=5, **ids)


async def test_what_came_of_mails_is_saved_together_when_a_connection_waits_for_it(delivery, monkeypatch):
    monkeypatch.setattr(recorder, "SOON_SECONDS", 3600)
    save = Saves()
    recording = Recorder(save)

    first = recording.put(delivery, NOT_TRIED)
    for _ in range(5):
        await asyncio.sleep(0)
    second = recording.put(delivery, NOT_TRIED)

    assert await recording.saved(first)
    assert await recording.saved(second)
    assert save.sizes == [2]


async def test_what_no_connection_waits_for_is_saved_soon(delivery):
    entry = Recorder(Saves()).put(delivery, NOT_TRIED)

    await until(entry.saved.done)
    assert entry.saved.result()
