"""Staff sign in with OpenID Connect; every request carries an access token, and every token is checked."""

import asyncio
import time
from collections.abc import Iterable
from typing import Any

import httpx
import jwt
from fastapi import Request

from shared.errors import Forbidden, Unauthorized, Unavailable
from shared.logging import log
from shared.settings import Settings
from shared.staff import Person, endpoint

ALGORITHMS = ["RS256", "ES256", "EdDSA"]
ACCESS_TOKEN = ("at+jwt", "application/at+jwt")
"""How a header says that this is an access token (RFC 9068)."""
OF_OTHER_TOKENS = {"nonce", "at_hash", "c_hash", "s_hash", "events"}
"""Claims of ID tokens, logout tokens and other security events."""
REFRESH_SECONDS = 600
SHORTEST_REFRESH_SECONDS = 10
LONGEST_UNCONFIRMED_SECONDS = 3600
LEEWAY_SECONDS = 10


class Issuer:
    """A configured OpenID Connect issuer, whose keys are fetched when needed, and anew after ten minutes.

    Nobody who signs with a key that we know waits for that, unless the issuer last named it more than an hour ago.
    """

    def __init__(self, url: str, settings: Settings) -> None:
        self.url = url
        self.audience = settings.oidc_audience
        self._longest_life = settings.oidc_longest_token_hours * 3600
        self._takes_untyped = settings.oidc_untyped_tokens is not None
        self._keys: dict[str, jwt.PyJWK] = {}
        self._asked_at = self._confirmed_at = float("-inf")
        self._fetching: asyncio.Task[None] | None = None

    async def verify(self, token: str) -> Person:
        """The person a token names. Raises Unauthorized when the token is not valid, Unavailable without keys."""
        try:
            key = await self._key(jwt.get_unverified_header(token).get("kid", ""))
            decoded = jwt.decode_complete(
                token,
                key,
                algorithms=[key.algorithm_name],
                audience=self.audience,
                issuer=self.url,
                leeway=LEEWAY_SECONDS,
                options={"require": ["exp", "iat", "iss", "aud", "sub"], "enforce_minimum_key_length": True},
            )
        except jwt.PyJWTError as error:
            raise Unauthorized from error
        claims = decoded["payload"]
        self._require_access_token(decoded["header"], claims)
        return Person(
            subject=str(claims["sub"]),
            name=str(claims.get("name", claims["sub"])),
            roles=_names(claims, "roles"),
            units=_names(claims, "units"),
        )

    def _require_access_token(self, header: dict[str, Any], claims: dict[str, Any]) -> None:
        """Raise Unauthorized for a token that was made for something else, or to last too long."""
        kind = str(header.get("typ", "JWT")).lower()
        known = (*ACCESS_TOKEN, "jwt") if self._takes_untyped else ACCESS_TOKEN
        # Keycloak writes its kind among the claims: Bearer, ID, Refresh, Logout.
        is_other = claims.get("typ", "Bearer") != "Bearer" or not OF_OTHER_TOKENS.isdisjoint(claims)
        if kind not in known or is_other or int(claims["exp"]) - int(claims["iat"]) > self._longest_life:
            raise Unauthorized

    async def _key(self, kid: str) -> jwt.PyJWK:
        is_known = kid in self._keys
        fetching = self._begun(REFRESH_SECONDS if is_known else SHORTEST_REFRESH_SECONDS)
        if not is_known or time.monotonic() - self._confirmed_at > LONGEST_UNCONFIRMED_SECONDS:
            await asyncio.shield(fetching)
        if not self._keys:
            raise Unavailable
        if kid not in self._keys:
            raise Unauthorized
        return self._keys[kid]

    def _begun(self, seconds: float) -> asyncio.Task[None]:
        """The latest look for keys: a new one when it began that long ago."""
        moment = time.monotonic()
        if self._fetching is None or (self._fetching.done() and moment - self._asked_at > seconds):
            self._asked_at = moment
            self._fetching = asyncio.create_task(self._fetch())
        return self._fetching

    async def _fetch(self) -> None:
        try:
            async with httpx.AsyncClient(timeout=5) as client:
                configuration = await client.get(f"{self.url.rstrip('/')}/.well-known/openid-configuration")
                keys = await client.get(endpoint(self.url, configuration.raise_for_status().json(), "jwks_uri"))
                keys.raise_for_status()
            found = jwt.PyJWKSet.from_dict(keys.json()).keys
        except (httpx.HTTPError, jwt.PyJWTError, ValueError) as error:
            log.error("the issuer's keys could not be fetched", exc_info=error)
            return
        self._keys = {key.key_id or "": key for key in found if _signs_tokens(key)}
        self._confirmed_at = time.monotonic()


def _signs_tokens(key: jwt.PyJWK) -> bool:
    return key.public_key_use in (None, "sig") and key.algorithm_name in ALGORITHMS


def _names(claims: dict[str, Any], claim: str) -> frozenset[str]:
    names = claims.get(claim, [])
    if not isinstance(names, list):
        raise Unauthorized
    return frozenset(map(str, names))


class RequireRole:
    """A dependency that lets people through who have one of the roles and work in all the units, and says who they are.

    A person whose token names no unit works in none; an administrator works in all.
    """

    def __init__(self, *roles: str, units: Iterable[str] = ()) -> None:
        self.roles = roles
        self.units = frozenset(units)

    async def __call__(self, request: Request) -> Person:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        issuer: Issuer | None = request.app.state.issuer
        if scheme.lower() != "bearer" or not token or issuer is None:
            raise Unauthorized
        person = await issuer.verify(token.strip())
        request.state.person = person
        if person.roles.isdisjoint(self.roles):
            raise Forbidden
        for unit in self.units:
            person.require_unit(unit)
        return person
