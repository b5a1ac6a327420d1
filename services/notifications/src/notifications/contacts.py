"""Asks a publisher how to reach its contacts and what its mails quote: when they are about to be sent, not before."""

import asyncio
import time
from collections.abc import Sequence
from typing import TypeVar

import httpx
from pydantic import BaseModel

from notifications.models.deliveries import Delivery
from shared.contacts import Enclosure, Found, FoundEnclosure, LookUp, WantedEnclosure
from shared.settings import Settings
from shared.staff import endpoint

A = TypeVar("A", Found, FoundEnclosure)

SCOPE = "contact-reader"
RENEW_BEFORE_SECONDS = 30
ENCLOSED_AT_ONCE = 2
"""Documents that are asked for: a publisher makes them one by one."""
UNREACHED = (httpx.NetworkError, httpx.RemoteProtocolError, httpx.ConnectTimeout)
UNAVAILABLE = (httpx.codes.BAD_GATEWAY, httpx.codes.SERVICE_UNAVAILABLE, httpx.codes.GATEWAY_TIMEOUT)


class ContactsAway(Exception):
    """The publisher, or the issuer we sign in with, cannot answer now."""


class NobodyAnswers(ContactsAway):
    """Whatever had been asked: it is not because of one of the mails."""


class Token(BaseModel):
    access_token: str
    expires_in: float = 60


class Contacts:
    """The publishers' contacts, read with a token of our own (OAuth 2.0 client credentials)."""

    def __init__(self, settings: Settings, client: httpx.AsyncClient) -> None:
        self._settings = settings
        self._client = client
        self._token = ""
        self._token_ends_at = float("-inf")
        self._signing_in = asyncio.Lock()
        self._enclosing = asyncio.Semaphore(ENCLOSED_AT_ONCE)

    async def look_up(self, publisher: str, deliveries: Sequence[Delivery]) -> Found:
        """What the publisher still has of the deliveries' contacts and texts, by one question.

        Raises ContactsAway; NobodyAnswers when that cannot be because of what was asked.
        """
        contacts = {delivery.contact_id for delivery in deliveries}
        texts = {delivery.text_id for delivery in deliveries if delivery.text_id is not None}
        return await self._ask(publisher, "contacts", LookUp(contacts=list(contacts), texts=list(texts)), Found)

    async def enclosure_of(self, delivery: Delivery, before: float) -> Enclosure | None:
        """What the mail encloses, if anything that is there and may be mailed.

        Raises ContactsAway, and TimeoutError when it has not come before the moment in the loop's time.
        """
        if delivery.enclosure_id is None:
            return None
        wanted = WantedEnclosure(id=delivery.enclosure_id)
        async with asyncio.timeout_at(before), self._enclosing:
            return (await self._ask(delivery.publisher, "enclosures", wanted, FoundEnclosure)).enclosure

    async def _ask(self, publisher: str, what: str, wanted: BaseModel, answers: type[A]) -> A:
        try:
            answer = await self._post(publisher, what, wanted)
            if answer.status_code == httpx.codes.UNAUTHORIZED:
                self._token_ends_at = float("-inf")
                answer = await self._post(publisher, what, wanted)
            found = answers.model_validate_json(answer.raise_for_status().content)
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            raise (NobodyAnswers if _is_away(error) else ContactsAway)(type(error).__name__) from error
        if found.service != publisher:
            # Or everybody would be gone, and their mails cancelled, when an address in the settings is mixed up.
            raise ContactsAway(f"{found.service} answered instead of {publisher}: see CONTACTS_URLS")
        return found

    async def _post(self, publisher: str, what: str, wanted: BaseModel) -> httpx.Response:
        url = f"{self._settings.contacts_urls[publisher].rstrip('/')}/{what}/lookup"
        headers = {"Authorization": f"Bearer {await self._signed_in()}", "Content-Type": "application/json"}
        return await self._client.post(url, content=wanted.model_dump_json(), headers=headers)

    async def _signed_in(self) -> str:
        async with self._signing_in:
            if time.monotonic() > self._token_ends_at:
                token = await self._sign_in()
                self._token = token.access_token
                self._token_ends_at = time.monotonic() + token.expires_in - RENEW_BEFORE_SECONDS
            return self._token

    async def _sign_in(self) -> Token:
        issuer, secret = self._settings.oidc_issuer, self._settings.oidc_client_secret
        if issuer is None or secret is None:
            raise ContactsAway("OIDC_ISSUER or OIDC_CLIENT_SECRET is not set")
        answer = await self._client.get(f"{issuer.rstrip('/')}/.well-known/openid-configuration")
        answer = await self._client.post(
            endpoint(issuer, answer.raise_for_status().json(), "token_endpoint"),
            data={
                "grant_type": "client_credentials",
                "client_id": self._settings.oidc_client_id,
                "client_secret": secret.get_secret_value(),
                "scope": SCOPE,
            },
        )
        return Token.model_validate_json(answer.raise_for_status().content)


def _is_away(error: Exception) -> bool:
    if isinstance(error, httpx.HTTPStatusError):
        return error.response.status_code in UNAVAILABLE
    return isinstance(error, UNREACHED)
