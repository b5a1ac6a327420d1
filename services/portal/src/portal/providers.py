"""Whom people sign in with: staff with their employer's issuer, residents with a broker of e-identifications."""

import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

import httpx2
from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.starlette_client import OAuth
from pydantic import SecretStr

from portal import sessions
from portal.clients.base import Away
from portal.models import Kind
from portal.sessions import Found, Person
from portal.settings import PortalSettings
from shared.database import Database
from shared.logging import log

CALLBACK = "/oidc/svar"
ENDS_SOON_SECONDS = 30
SIGN_IN_PATHS = {Kind.STAFF: "/handlaggare/logga-in", Kind.RESIDENT: "/logga-in"}


class SignInNeeded(Exception):
    """The page is for those who have signed in; or the session has ended."""

    def __init__(self, kind: Kind) -> None:
        super().__init__(kind)
        self.kind = kind


class NoSignIn(Exception):
    """This municipality has no issuer for them yet."""


class Providers:
    """The issuers, each asked for its configuration the first time somebody signs in."""

    def __init__(self, settings: PortalSettings) -> None:
        self.callback = settings.portal_url + CALLBACK
        self._clients: dict[Kind, Any] = {}
        staff, residents = settings.staff_client_secret, settings.residents_client_secret
        self._add(Kind.STAFF, settings.oidc_issuer, settings.staff_client_id, staff, settings.staff_scope)
        self._add(
            Kind.RESIDENT,
            settings.residents_issuer,
            settings.residents_client_id,
            residents,
            settings.residents_scope,
            settings.residents_acr,
        )

    def _add(
        self, kind: Kind, issuer: str | None, client: str, secret: SecretStr | None, scope: str, acr: str | None = None
    ) -> None:
        if issuer is None:
            return
        self._clients[kind] = OAuth().register(
            str(kind),
            client_id=client,
            client_secret=secret.get_secret_value() if secret else None,
            server_metadata_url=f"{issuer.rstrip('/')}/.well-known/openid-configuration",
            authorize_params={"acr_values": acr} if acr else None,
            client_kwargs={
                "scope": scope,
                "code_challenge_method": "S256",
                "timeout": 10,
                **({} if secret else {"token_endpoint_auth_method": "none"}),
            },
        )

    def of(self, kind: Kind) -> Any:
        """Authlib's client. Raises NoSignIn."""
        if kind not in self._clients:
            raise NoSignIn
        return self._clients[kind]

    def known(self) -> Mapping[Kind, Any]:
        return self._clients


def person_of(kind: Kind, tokens: Mapping[str, Any]) -> Person:
    """Whom the issuer named. Roles and units choose what is shown; what may be done, the services decide."""
    claims = tokens["userinfo"]
    return Person(
        kind=kind,
        subject=str(claims["sub"]),
        name=str(claims.get("name", claims["sub"])),
        token=str(tokens["access_token"]),
        expires_at=_end(tokens),
        refresh=tokens.get("refresh_token"),
        roles=_names(claims, "roles"),
        units=_names(claims, "units"),
    )


async def renewed(providers: Providers, database: Database, found: Found, at: datetime) -> Found | None:
    """The session with a token that still holds, or None where it cannot be had: sign in again."""
    person = found.person
    if person.expires_at > at.timestamp() + ENDS_SOON_SECONDS:
        return found
    if person.refresh is None:
        return None
    try:
        client = providers.of(person.kind)
        tokens = await client.fetch_access_token(grant_type="refresh_token", refresh_token=person.refresh)
    except (OAuthError, NoSignIn) as error:
        log.info("a session could not be renewed", error=type(error).__name__)
        return None
    except httpx2.HTTPError as error:
        raise Away("issuer") from error
    refresh = tokens.get("refresh_token", person.refresh)
    newer = replace(person, token=tokens["access_token"], expires_at=_end(tokens), refresh=refresh)
    return await sessions.renew(database, found, newer)


def _end(tokens: Mapping[str, Any]) -> float:
    return time.time() + float(tokens.get("expires_in") or 300)


def _names(claims: Mapping[str, Any], claim: str) -> tuple[str, ...]:
    names = claims.get(claim, ())
    return tuple(map(str, names)) if isinstance(names, list) else ()
