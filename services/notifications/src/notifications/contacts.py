"""Asks housing for a contact's address, when a mail is about to be sent and not before."""

import asyncio
import time

import httpx
from pydantic import BaseModel, ValidationError

from shared.events import Language
from shared.settings import Settings

SCOPE = "contact-reader"
GONE = "ContactNotFound"
RENEW_BEFORE_SECONDS = 30
AT_ONCE = 8
LEFT_ALONE_SECONDS = 5


class ContactsAway(Exception):
    """Housing, or the issuer we sign in with, cannot answer now."""


class Contact(BaseModel):
    """Somebody only housing knows: an owner or a seeker."""

    email: str
    name: str
    language: Language


class Problem(BaseModel):
    code: str = ""


class Configuration(BaseModel):
    token_endpoint: str


class Token(BaseModel):
    access_token: str
    expires_in: float = 60


class Contacts:
    """Housing's contacts, read with a token of our own (OAuth 2.0 client credentials)."""

    def __init__(self, settings: Settings, client: httpx.AsyncClient) -> None:
        self._settings = settings
        self._client = client
        self._token = ""
        self._token_ends_at = float("-inf")
        self._signing_in = asyncio.Lock()
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._away_until = float("-inf")

    async def find(self, contact_id: str) -> Contact | None:
        """The contact, or None when housing no longer has it.

        Raises ContactsAway; for some seconds after that at once, so that a batch does not wait for each of its mails.
        """
        async with self._slots:
            if time.monotonic() < self._away_until:
                raise ContactsAway("it did not answer a moment ago")
            try:
                return await self._ask(contact_id)
            except ContactsAway:
                self._away_until = time.monotonic() + LEFT_ALONE_SECONDS
                raise

    async def _ask(self, contact_id: str) -> Contact | None:
        try:
            answer = await self._get(contact_id)
            if answer.status_code == httpx.codes.UNAUTHORIZED:
                self._token_ends_at = float("-inf")
                answer = await self._get(contact_id)
            if _says_gone(answer):
                return None
            return Contact.model_validate_json(answer.raise_for_status().content)
        except (httpx.HTTPError, ValidationError) as error:
            raise ContactsAway(type(error).__name__) from error

    async def _get(self, contact_id: str) -> httpx.Response:
        url = f"{str(self._settings.housing_url).rstrip('/')}/contacts/{contact_id}"
        return await self._client.get(url, headers={"Authorization": f"Bearer {await self._signed_in()}"})

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
        configuration = Configuration.model_validate_json(answer.raise_for_status().content)
        answer = await self._client.post(
            configuration.token_endpoint,
            data={
                "grant_type": "client_credentials",
                "client_id": self._settings.oidc_client_id,
                "client_secret": secret.get_secret_value(),
                "scope": SCOPE,
            },
        )
        return Token.model_validate_json(answer.raise_for_status().content)


def _says_gone(answer: httpx.Response) -> bool:
    """Whether housing itself says so: a proxy's 404, or another server's, tells nothing about the contact."""
    kind = answer.headers.get("Content-Type", "").partition(";")[0]
    if answer.status_code != httpx.codes.NOT_FOUND or kind != "application/problem+json":
        return False
    return Problem.model_validate_json(answer.content).code == GONE
