"""Staff sign in with OpenID Connect; every request carries an access token, and every token is checked."""

from collections.abc import Iterable

from fastapi import Request

from shared.errors import Forbidden, Unauthorized
from shared.settings import Settings
from shared.staff import Person
from web.issuer import ACCESS_TOKENS, UNTYPED_ACCESS_TOKENS, Claims, Issuer, Tokens


def staff_issuer(settings: Settings) -> Issuer | None:
    """Whom staff sign in with, where that is configured."""
    if settings.oidc_issuer is None:
        return None
    kind = UNTYPED_ACCESS_TOKENS if settings.oidc_untyped_tokens else ACCESS_TOKENS
    return Issuer(settings.oidc_issuer, Tokens(settings.oidc_audience, settings.oidc_longest_token_hours, kind))


def person_of(claims: Claims) -> Person:
    """The member of staff whom a token names. Raises Unauthorized when its roles are not a list."""
    return Person(
        subject=str(claims["sub"]),
        name=str(claims.get("name", claims["sub"])),
        roles=_names(claims, "roles"),
        units=_names(claims, "units"),
    )


def bearer(request: Request) -> str | None:
    """The token that a request carries."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() or None if scheme.lower() == "bearer" else None


def _names(claims: Claims, claim: str) -> frozenset[str]:
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
        token = bearer(request)
        issuer: Issuer | None = request.app.state.issuer
        if token is None or issuer is None:
            raise Unauthorized
        person = person_of(await issuer.verify(token))
        request.state.person = person
        if person.roles.isdisjoint(self.roles):
            raise Forbidden
        for unit in self.units:
            person.require_unit(unit)
        return person
