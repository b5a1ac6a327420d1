"""Somebody with a browser that runs no scripts: keeps cookies, follows where it is sent, sends forms."""

import re
from collections.abc import Mapping
from html import unescape
from typing import Any
from urllib.parse import urljoin

import httpx2

STAFF = ("maja berg", "karl åberg", "nora vik", "bo lund", "rita norén", "alma sund", "olle ström")
OURS = {"Sec-Fetch-Site": "same-origin", "Connection": "close"}
"""What a browser says that is on a page of ours; no connection is left open when a test forgets its visitor."""


class Visitor:
    """A visit to a portal; `await visitor.sign_in("maja berg")` chooses that person at the local issuer."""

    def __init__(self, portal: str) -> None:
        self.portal = portal
        # Without TLS there is nothing to verify, and reading the certificates costs more than a page.
        self.http = httpx2.AsyncClient(base_url=portal, headers=OURS, timeout=30, verify=False)

    async def get(self, path: str) -> httpx2.Response:
        return await self.http.get(path)

    async def post(self, path: str, form: Mapping[str, Any] | None = None, **more: Any) -> httpx2.Response:
        return await self.http.post(path, data=form or {}, **more)

    async def follow(self, answer: httpx2.Response) -> httpx2.Response:
        """Where it leads in the end."""
        while answer.is_redirect:
            answer = await self.http.get(urljoin(str(answer.url), answer.headers["location"]))
        return answer

    async def sign_in(self, person: str, to: str = "") -> httpx2.Response:
        """Where one is when one has signed in. Without `to`, where sign-in leads by itself."""
        path = "/handlaggare/logga-in" if person in STAFF else "/logga-in"
        choice = await self.follow(await self.get(f"{path}?till={to}"))
        [address] = [
            unescape(href)
            for href, name in re.findall(r'<a href="([^"]+)">([^<]+)</a>', choice.text)
            if name.lower() == person
        ]
        return await self.follow(await self.http.get(urljoin(str(choice.url), address)))
