"""OpenID Connect issuers: their keys are fetched, and of their tokens those that are meant for us are taken."""

import asyncio
import time
from dataclasses import dataclass
from typing import Any

import httpx
import jwt

from shared.errors import Unauthorized, Unavailable
from shared.logging import log
from shared.staff import endpoint

Claims = dict[str, Any]

ALGORITHMS = ["RS256", "ES256", "EdDSA"]
REFRESH_SECONDS = 600
SHORTEST_REFRESH_SECONDS = 10
LONGEST_UNCONFIRMED_SECONDS = 3600
LEEWAY_SECONDS = 10


@dataclass(frozen=True)
class Kind:
    """A kind of token: what its header says that it is, what Keycloak writes among the claims, and what others have."""

    types: tuple[str, ...]
    named: str
    of_others: frozenset[str]


ACCESS_TOKENS = Kind(
    ("at+jwt", "application/at+jwt"), "Bearer", frozenset({"nonce", "at_hash", "c_hash", "s_hash", "events"})
)
"""RFC 9068, without the claims of ID tokens, logout tokens and other security events."""
UNTYPED_ACCESS_TOKENS = Kind((*ACCESS_TOKENS.types, "jwt"), "Bearer", ACCESS_TOKENS.of_others)
ID_TOKENS = Kind(("jwt",), "ID", frozenset({"events"}))


@dataclass(frozen=True)
class Tokens:
    """Which tokens are meant for us, and how long one may last."""

    audience: str
    longest_hours: float
    kind: Kind = ACCESS_TOKENS


class Issuer:
    """A configured OpenID Connect issuer, whose keys are fetched when needed, and anew after ten minutes.

    Nobody who signs with a key that we know waits for that, unless the issuer last named it more than an hour ago.
    """

    def __init__(self, url: str, tokens: Tokens) -> None:
        self.url = url
        self.tokens = tokens
        self._keys: dict[str, jwt.PyJWK] = {}
        self._asked_at = self._confirmed_at = float("-inf")
        self._fetching: asyncio.Task[None] | None = None

    async def verify(self, token: str) -> Claims:
        """What a token says. Raises Unauthorized when it is not valid or not for us, Unavailable without keys."""
        try:
            key = await self._key(jwt.get_unverified_header(token).get("kid", ""))
            decoded = jwt.decode_complete(
                token,
                key,
                algorithms=[key.algorithm_name],
                audience=self.tokens.audience,
                issuer=self.url,
                leeway=LEEWAY_SECONDS,
                options={"require": ["exp", "iat", "iss", "aud", "sub"], "enforce_minimum_key_length": True},
            )
        except jwt.PyJWTError as error:
            raise Unauthorized from error
        claims: Claims = decoded["payload"]
        self._require_kind(decoded["header"], claims)
        return claims

    def _require_kind(self, header: dict[str, Any], claims: Claims) -> None:
        """Raise Unauthorized for a token that was made for something else, or to last too long."""
        kind = self.tokens.kind
        is_other = claims.get("typ", kind.named) != kind.named or not kind.of_others.isdisjoint(claims)
        lasts_long = int(claims["exp"]) - int(claims["iat"]) > self.tokens.longest_hours * 3600
        if str(header.get("typ", "JWT")).lower() not in kind.types or is_other or lasts_long:
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
