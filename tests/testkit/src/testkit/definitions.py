"""Definitions that two administrators change over a service's API: Karin writes, Olle approves, it is published."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from definitions.published import Published, refresh

Headers = dict[str, str]


class Definitions:
    """Those of the service. A version is of the first kind that it has, where no other is named."""

    def __init__(self, app: FastAPI, client: httpx.AsyncClient, author: Headers, other: Headers) -> None:
        self._app, self._client = app, client
        self._author, self._other = author, other
        self._kinds: list[Published[Any]] = list(app.state.published)
        self._address = f"/{app.state.settings.service}"

    async def upload(self, who: Headers, source: str, kind: str | None = None) -> httpx.Response:
        address = f"{self._address}/definitions/{kind or self._kinds[0].kind.name}"
        return await self._client.post(address, json={"source": source, "note": "Tydligare."}, headers=who)

    async def step(self, who: Headers, version: dict[str, Any], name: str, **form: Any) -> httpx.Response:
        address = f"{self._address}/definition-versions/{version['id']}/{name}"
        return await self._client.post(address, json=form, headers=who)

    async def problems_of(self, who: Headers, source: str) -> dict[str, str]:
        """What the source is refused for, by place."""
        refused = await self.upload(who, source)
        assert refused.status_code == 422, refused.text
        return {one["field"]: one["message"] for one in refused.json()["violations"]}

    async def golden(self, kind: str, name: str, language: str) -> set[str]:
        """What became of the golden cases of the latest version, as somebody who reads the language is told."""
        listed = await self._client.get(f"{self._address}/definitions/{kind}/{name}", headers=self._author)
        address = f"{self._address}/definition-versions/{listed.json()['items'][0]['id']}"
        shown = await self._client.get(f"{address}?language={language}", headers=self._author)
        return {one["found"] for one in shown.json()["golden"]}

    async def publish(self, source: str, kind: str | None = None, **times: str) -> str:
        """The hash of what is published now, or will be; the process notices."""
        version = (await self.upload(self._author, source, kind)).json()
        approved = await self.step(self._other, version, "approval")
        assert approved.status_code == 200, approved.text
        published = await self.step(self._author, version, "publication", **times)
        assert published.status_code == 200, published.text
        await self.notice()
        return str(version["version"])

    async def notice(self) -> None:
        """Look up what is published, as a process does every other second."""
        await refresh(self._app.state.database, self._kinds)

    def forget(self) -> None:
        for kind in self._kinds:
            kind.forget()


@pytest.fixture
def karin(staff: Callable[..., Headers]) -> Headers:
    return staff("administrator", subject="karin")


@pytest.fixture
def olle(staff: Callable[..., Headers]) -> Headers:
    return staff("administrator", subject="olle")


@pytest.fixture
async def definitions(
    app: FastAPI, client: httpx.AsyncClient, karin: Headers, olle: Headers
) -> AsyncIterator[Definitions]:
    """The process knows what the package has, and forgets what a test has published."""
    found = Definitions(app, client, karin, olle)
    found.forget()
    await found.notice()
    yield found
    found.forget()
