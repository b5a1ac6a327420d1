"""An OpenID Connect issuer for a system on one machine. It signs for anybody who asks."""

import base64
import os
import time
from pathlib import Path
from uuid import uuid4

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from notifications.rules.notices import QUEUES
from shared.settings import Settings

LIFETIME_SECONDS = 8 * 3600
KEY_ID = "embedded"
UNIT = "unit:"
RESIDENTS_AUDIENCE = "kommunbuss-residents"
NUMBER = "https://id.oidc.se/claim/personalIdentityNumber"
ASSURANCE = "http://id.elegnamnden.se/loa/1.0/loa3"


async def health(_: Request) -> JSONResponse:
    return JSONResponse({"status": "ok"})


HEALTH = [Route("/health/live", health), Route("/health/ready", health)]


def create_app() -> Starlette:
    """The issuer alone: `uvicorn --factory issuer:create_app`."""
    return Starlette(routes=[*HEALTH, *local_issuer(Settings(service="issuer")).routes()])


def local_issuer(settings: Settings) -> "LocalIssuer":
    """The issuer of EMBEDDED_ISSUER. Ends the process where it has no business to be."""
    if settings.in_production:
        raise SystemExit("The local issuer lets anybody in: it starts only with MODE=embedded.")
    return LocalIssuer(os.environ["EMBEDDED_ISSUER"], settings.oidc_audience, settings.data_dir / "issuer.json")


class LocalIssuer:
    """Hands out access tokens for client credentials: the client's id is the subject, the scope its roles and units.

    A unit is asked for as `unit:boende`; who names none is of all of them. With a `personal_number` it is the
    token of a resident who has signed in with an e-identification.
    """

    def __init__(self, url: str, audience: str, key_file: Path) -> None:
        self.url = url
        self.audience = audience
        self._key = _key_in(key_file)

    def routes(self) -> list[Route]:
        return [
            Route("/.well-known/openid-configuration", self.configuration),
            Route("/jwks", self.jwks),
            Route("/token", self.token, methods=["POST"]),
        ]

    async def configuration(self, _: Request) -> JSONResponse:
        return JSONResponse(
            {
                "issuer": self.url,
                "jwks_uri": f"{self.url}/jwks",
                "token_endpoint": f"{self.url}/token",
                "grant_types_supported": ["client_credentials"],
                "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
                "id_token_signing_alg_values_supported": ["RS256"],
                "response_types_supported": ["token"],
                "subject_types_supported": ["public"],
            }
        )

    async def jwks(self, _: Request) -> JSONResponse:
        public = RSAAlgorithm.to_jwk(self._key.public_key(), as_dict=True)
        return JSONResponse({"keys": [{**public, "kid": KEY_ID, "alg": "RS256", "use": "sig"}]})

    async def token(self, request: Request) -> JSONResponse:
        form = await request.form()
        client = _basic_client(request) or str(form.get("client_id", ""))
        if form.get("grant_type") != "client_credentials":
            return JSONResponse({"error": "unsupported_grant_type"}, 400)
        if not client:
            return JSONResponse({"error": "invalid_client"}, 401)
        scope = str(form.get("scope", ""))
        number = str(form.get("personal_number", ""))
        claims = self._of_resident(client, number) if number else self._of_staff(client, scope.split())
        token = jwt.encode({**self._of_anybody(client), **claims}, self._key, "RS256", {"kid": KEY_ID, "typ": "at+jwt"})
        answer = {"access_token": token, "token_type": "Bearer", "expires_in": LIFETIME_SECONDS, "scope": scope}
        return JSONResponse(answer, headers={"Cache-Control": "no-store"})

    def _of_anybody(self, client: str) -> dict[str, object]:
        now = int(time.time())
        person = {"sub": client, "client_id": client, "name": client.title()}
        return {"iss": self.url, "jti": uuid4().hex, "iat": now, "exp": now + LIFETIME_SECONDS, **person}

    def _of_staff(self, client: str, scopes: list[str]) -> dict[str, object]:
        units = [scope.removeprefix(UNIT) for scope in scopes if scope.startswith(UNIT)]
        roles = [scope for scope in scopes if not scope.startswith(UNIT)]
        return {"aud": self.audience, "roles": roles, "units": units or list(QUEUES)}

    def _of_resident(self, client: str, number: str) -> dict[str, object]:
        return {"aud": RESIDENTS_AUDIENCE, "sub": f"resident:{client}", "acr": ASSURANCE, NUMBER: number}


def _basic_client(request: Request) -> str | None:
    scheme, _, encoded = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return None
    return base64.b64decode(encoded).decode().partition(":")[0]


def _key_in(path: Path) -> rsa.RSAPrivateKey:
    """The key of this installation, made the first time and readable by its owner only."""
    if not path.exists():
        made = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(".part")
        part.touch(mode=0o600)
        part.write_text(RSAAlgorithm.to_jwk(made))
        part.replace(path)
    key = RSAAlgorithm.from_jwk(path.read_text())
    assert isinstance(key, rsa.RSAPrivateKey)
    return key
