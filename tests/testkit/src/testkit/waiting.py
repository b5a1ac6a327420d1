"""Waiting for what somebody else does."""

import asyncio
import inspect
from collections.abc import Awaitable, Callable
from typing import TypeVar

T = TypeVar("T")


async def until(condition: Callable[[], T | Awaitable[T]], seconds: float = 30) -> T:
    """Ask again and again until the answer is true, and return it. Raises TimeoutError after those seconds."""
    async with asyncio.timeout(seconds):
        while True:
            answer = condition()
            value: T = await answer if inspect.isawaitable(answer) else answer
            if value:
                return value
            await asyncio.sleep(0.02)
