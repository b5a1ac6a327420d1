"""Waiting for what somebody else does."""

import asyncio
import inspect
from collections.abc import Callable
from typing import Any


async def until(condition: Callable[[], Any], seconds: float = 30) -> Any:
    """Ask again and again until the answer is true, and return it. Raises TimeoutError after those seconds."""
    async with asyncio.timeout(seconds):
        while True:
            answer = condition()
            value = await answer if inspect.isawaitable(answer) else answer
            if value:
                return value
            await asyncio.sleep(0.02)
