"""A list read page by page, as a client does."""

from typing import Any

import httpx


async def pages_of(
    client: httpx.AsyncClient, path: str, limit: int = 1, headers: dict[str, str] | None = None
) -> list[list[dict[str, Any]]]:
    """The items of every page."""
    query: dict[str, str] = {"limit": str(limit)}
    pages = []
    while True:
        page = (await client.get(path, params=query, headers=headers)).raise_for_status().json()
        pages.append(page["items"])
        if page["next"] is None:
            return pages
        query["after"] = page["next"]
