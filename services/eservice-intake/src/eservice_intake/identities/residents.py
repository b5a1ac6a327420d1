"""Residents sign in with an e-identification; their token says who they are."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated

from fastapi import Depends, Request

from eservice_intake.catalogue.eservices import EService, catalogue
from eservice_intake.identities.models import SignInClosed, SignInFirst, SignInWeak
from eservice_intake.identity_settings import IdentitySettings
from shared.clock import day_in_sweden
from shared.errors import FieldError, Unauthorized
from shared.identifiers import personal_number
from shared.logging import log
from shared.text import line
from web.issuer import ACCESS_TOKENS, ID_TOKENS, Claims, Issuer, Tokens
from web.openapi import USUAL_ISSUER
from web.staff import bearer

LONGEST_NAME = 120
SIGNED_IN: dict[str, list[dict[str, list[str]]]] = {"security": [{"resident": []}]}
MAY_SIGN_IN = {"security": [{}, *SIGNED_IN["security"]]}
"""What the document says of operations that take a resident's token."""


@dataclass(frozen=True)
class Resident:
    """Somebody whose identity is proved."""

    number: str
    name: str
    assurance: str


class Residents:
    """Whom residents sign in with, and what of a token proves who somebody is."""

    def __init__(self, settings: IdentitySettings) -> None:
        kind = ACCESS_TOKENS if settings.residents_tokens == "access tokens" else ID_TOKENS
        tokens = Tokens(settings.residents_audience, settings.residents_longest_token_hours, kind)
        self._issuer = Issuer(settings.residents_issuer, tokens) if settings.residents_issuer else None
        self._settings = settings

    async def sender(self, request: Request, eservice: EService, at: datetime) -> Resident | None:
        """Who sends in, as the e-service asks for it. Raises as `signed_in` does."""
        if eservice.login == "none" or (eservice.login == "eid_or_none" and bearer(request) is None):
            return None
        return await self.signed_in(request, day_in_sweden(at))

    async def signed_in(self, request: Request, today: date) -> Resident:
        """Whom the token names. Raises SignInFirst, SignInWeak or SignInClosed, and Unavailable without keys."""
        token = bearer(request)
        if self._issuer is None:
            raise SignInClosed
        if token is None:
            raise SignInFirst
        try:
            claims = await self._issuer.verify(token)
        except Unauthorized as error:
            raise SignInFirst from error
        return self._proved(claims, today)

    def _proved(self, claims: Claims, today: date) -> Resident:
        assurance, settings = str(claims.get("acr")), self._settings
        written = next((claims[name] for name in settings.residents_number_claims if name in claims), "")
        try:
            number = personal_number(str(written), today)
            name = line(str(claims.get(settings.residents_name_claim, "")))[:LONGEST_NAME]
        except FieldError as error:
            raise SignInWeak from error
        if assurance not in settings.residents_acr or not name:
            raise SignInWeak
        return Resident(number, name, assurance)


def residents_of(request: Request) -> Residents:
    residents: Residents = request.app.state.residents
    return residents


class RequireResident:
    """A dependency that lets people through who have signed in with an e-identification, and says who they are."""

    async def __call__(self, request: Request) -> Resident:
        return await residents_of(request).signed_in(request, day_in_sweden(request.app.state.clock()))


SignedIn = Annotated[Resident, Depends(RequireResident())]


def say_what_is_closed(settings: IdentitySettings) -> None:
    """Name the e-services that nobody can use, since nobody can sign in."""
    closed = [eservice.id for eservice in catalogue().eservices.values() if eservice.login == "eid"]
    if settings.residents_issuer is None and closed:
        log.warning("closed: they ask who sends in, and RESIDENTS_ISSUER is not set", eservices=closed)


def schemes_of(settings: IdentitySettings) -> dict[str, dict[str, str]]:
    """How residents sign in, as OpenAPI has it."""
    issuer = (settings.residents_issuer or USUAL_ISSUER).rstrip("/")
    description = "Residents sign in with an e-identification; the token's claims tell their personal identity number."
    url = f"{issuer}/.well-known/openid-configuration"
    return {"resident": {"type": "openIdConnect", "openIdConnectUrl": url, "description": description}}
