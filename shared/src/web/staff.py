"""Staff sign in with OpenID Connect; every request carries the token, and every token is checked."""

import asyncio
import time

import httpx
import jwt
from fastapi import Request

from shared.errors import Forbidden, Unauthorized, Unavailable
from shared.logging import log
from shared.staff import Person

ALGORITHMS = ["RS256", "ES256", "EdDSA"]
REFRESH_SECONDS = 600
SHORTEST_REFRESH_SECONDS = 10


class Issuer:
    """A configured OpenID Connect issuer, whose keys are fetched when needed and kept for ten minutes."""

    def __init__(self, url: str, audience: str) -> None:
        self.url = url
        self.audience = audience
        self._keys: dict[str, jwt.PyJWK] = {}
        self._fetched_at = float("-inf")
        self._fetching = asyncio.Lock()

    async def verify(self, token: str) -> Person:
        """The person a token names. Raises Unauthorized when the token is not valid, Unavailable without keys."""
        try:
            key = await self._key(jwt.get_unverified_header(token).get("kid", ""))
            claims = jwt.decode(
                token,
                key,
                algorithms=ALGORITHMS,
                audience=self.audience,
                issuer=self.url,
                leeway=10,
                options={"require": ["exp", "iss", "aud", "sub"]},
            )
        except jwt.PyJWTError as error:
            raise Unauthorized from error
        roles = claims.get("roles", [])
        if not isinstance(roles, list):
            raise Unauthorized
        return Person(str(claims["sub"]), str(claims.get("name", claims["sub"])), frozenset(map(str, roles)))

    async def _key(self, kid: str) -> jwt.PyJWK:
        async with self._fetching:
            age = time.monotonic() - self._fetched_at
            if age > REFRESH_SECONDS or (kid not in self._keys and age > SHORTEST_REFRESH_SECONDS):
                self._fetched_at = time.monotonic()
                await self._fetch()
        if not self._keys:
            raise Unavailable
        if kid not in self._keys:
            raise Unauthorized
        return self._keys[kid]

    async def _fetch(self) -> None:
        try:
            async with httpx.AsyncClient(timeout=5) as client:
                configuration = await client.get(f"{self.url.rstrip('/')}/.well-known/openid-configuration")
                configuration.raise_for_status()
                keys = await client.get(configuration.json()["jwks_uri"])
                keys.raise_for_status()
            found = jwt.PyJWKSet.from_dict(keys.json()).keys
        except (httpx.HTTPError, jwt.PyJWTError, KeyError, ValueError) as error:
            log.error("the issuer's keys could not be fetched", exc_info=error)
            return
        self._keys = {key.key_id or "": key for key in found}


class RequireRole:
    """A dependency that lets people with one of the roles through, and says who they are."""

    def __init__(self, *roles: str) -> None:
        self.roles = roles

    async def __call__(self, request: Request) -> Person:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        issuer: Issuer | None = request.app.state.issuer
        if scheme.lower() != "bearer" or not token or issuer is None:
            raise Unauthorized
        person = await issuer.verify(token.strip())
        if person.roles.isdisjoint(self.roles):
            raise Forbidden
        return person
