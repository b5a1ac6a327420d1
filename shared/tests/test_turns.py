"""Who asks for much at one time waits, and nobody else does."""

import asyncio

from starlette.types import Receive, Scope, Send

from web.turns import AT_ONCE, Turns


class Pages:
    """Answers when it is told to."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.answer = asyncio.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.asked.append(scope["client"][0])
        await self.answer.wait()


async def asked(turns: Turns, client: str, times: int, method: str = "GET") -> list[asyncio.Task[None]]:
    """So many questions of a client, as far as they get."""
    scope = {"type": "http", "method": method, "client": (client, 1), "headers": []}
    tasks = [asyncio.create_task(turns(scope, None, None)) for _ in range(times)]
    await asyncio.sleep(0)
    return tasks


async def test_a_client_reads_so_much_at_one_time_and_others_read_meanwhile():
    pages = Pages()
    turns = Turns(pages)

    many = await asked(turns, "192.0.2.1", 2 * AT_ONCE)
    one = await asked(turns, "192.0.2.2", 1)

    assert pages.asked == ["192.0.2.1"] * AT_ONCE + ["192.0.2.2"]
    pages.answer.set()
    await asyncio.gather(*many, *one)
    assert len(pages.asked) == 2 * AT_ONCE + 1


async def test_who_changes_something_does_not_wait():
    pages = Pages()

    tasks = await asked(Turns(pages), "192.0.2.1", 2 * AT_ONCE, "POST")

    assert len(pages.asked) == 2 * AT_ONCE
    pages.answer.set()
    await asyncio.gather(*tasks)


async def test_nothing_is_remembered_of_who_has_been_answered():
    pages = Pages()
    turns = Turns(pages)
    pages.answer.set()

    await asyncio.gather(*await asked(turns, "192.0.2.1", 2 * AT_ONCE))

    assert not turns._turns
    assert not turns._asking
