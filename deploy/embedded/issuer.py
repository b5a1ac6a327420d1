"""An OpenID Connect issuer for a system on one machine. It signs for anybody who asks."""

import base64
import hashlib
import html
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit
from uuid import uuid4

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from notifications.rules.routing import queues
from shared.settings import Settings

LIFETIME_SECONDS = 8 * 3600
KEY_ID = "embedded"
UNIT = "unit:"
RESIDENTS_AUDIENCE = "kommunbuss-residents"
NUMBER = "https://id.oidc.se/claim/personalIdentityNumber"
ASSURANCE = "http://id.elegnamnden.se/loa/1.0/loa3"
STAFF_CLIENT, RESIDENTS_CLIENT = "kommunbuss-portal", "kommunbuss-portal-residents"
CODE_SECONDS, SESSION_SECONDS = 60, 10 * 3600
HERE = ("127.0.0.1", "localhost", "[::1]")
ENVIRONMENT = "livsmedel halsoskydd miljoskydd avlopp avfall tillstand"
BUSINESS = "naringsliv inflyttning foretagslots mark"


@dataclass(frozen=True)
class Choice:
    """Somebody whom one can sign in as: what the token is asked for with, and what they do."""

    client: str
    does: str
    scope: str = ""
    number: str = ""


PEOPLE: dict[str, tuple[Choice, ...]] = {
    STAFF_CLIENT: (
        Choice("maja berg", "Handläggare", f"caseworker {' '.join(f'unit:{unit}' for unit in ENVIRONMENT.split())}"),
        Choice(
            "karl åberg", "Enhetschef", f"caseworker unit-head {' '.join(f'unit:{u}' for u in ENVIRONMENT.split())}"
        ),
        Choice("nora vik", "Näringslivsutvecklare", f"caseworker {' '.join(f'unit:{u}' for u in BUSINESS.split())}"),
        Choice("bo lund", "Boendehandläggare", "housing-officer unit:boende"),
        Choice("rita norén", "Rekryteringshandläggare", "recruitment-officer unit:rekrytering"),
        Choice("alma sund", "Administratör", "administrator"),
        Choice("olle ström", "Administratör", "administrator"),
    ),
    RESIDENTS_CLIENT: (
        Choice("karin ek", "19811218-9876", number="198112189876"),
        Choice("omar haddad", "19900101-2385", number="199001012385"),
        Choice("aino lindqvist", "19640823-3234", number="196408233234"),
        Choice("tolvan tolvansson", "19121212-1212", number="191212121212"),
    ),
}
PAGE = """<!doctype html><html lang="sv"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Logga in som</title><style>body{{font:1.125rem system-ui;max-width:32rem;margin:3rem auto;padding:0 1rem}}
li{{margin:.75rem 0}}</style><main><h1>Logga in som</h1><p>Den här inloggningen finns bara på den egna datorn.</p>
<ul>{people}</ul></main></html>"""


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

    Who comes with a browser chooses whom to be, and the portal gets the tokens for a code and its PKCE verifier.

    A unit is asked for as `unit:boende`; who names none is of all of them. With a `personal_number` it is the
    token of a resident who has signed in with an e-identification.
    """

    def __init__(self, url: str, audience: str, key_file: Path) -> None:
        self.url = url
        self.audience = audience
        self._key = _key_in(key_file)
        self._used: set[str] = set()

    def routes(self) -> list[Route]:
        return [
            Route("/.well-known/openid-configuration", self.configuration),
            Route("/jwks", self.jwks),
            Route("/token", self.token, methods=["POST"]),
            Route("/authorize", self.authorize),
        ]

    async def configuration(self, _: Request) -> JSONResponse:
        return JSONResponse(
            {
                "issuer": self.url,
                "jwks_uri": f"{self.url}/jwks",
                "token_endpoint": f"{self.url}/token",
                "authorization_endpoint": f"{os.environ.get('ISSUER_PAGES') or self.url}/authorize",
                "grant_types_supported": ["client_credentials", "authorization_code", "refresh_token"],
                "code_challenge_methods_supported": ["S256"],
                "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic", "none"],
                "id_token_signing_alg_values_supported": ["RS256"],
                "response_types_supported": ["code", "token"],
                "subject_types_supported": ["public"],
            }
        )

    async def jwks(self, _: Request) -> JSONResponse:
        public = RSAAlgorithm.to_jwk(self._key.public_key(), as_dict=True)
        return JSONResponse({"keys": [{**public, "kid": KEY_ID, "alg": "RS256", "use": "sig"}]})

    async def authorize(self, request: Request) -> Response:
        """The page where one chooses whom to be; with `person`, back to the portal with a code."""
        asked = request.query_params
        people, back = PEOPLE.get(asked.get("client_id", ""), ()), urlsplit(asked.get("redirect_uri", ""))
        if not people or back.hostname not in HERE or asked.get("code_challenge_method") != "S256":
            return JSONResponse({"error": "invalid_request"}, 400)
        if "person" not in asked:
            return HTMLResponse(PAGE.format(people="".join(_entry(dict(asked), one) for one in people)))
        kept = ("client_id", "redirect_uri", "code_challenge", "nonce", "person")
        code = self._signed("code", CODE_SECONDS, {name: asked.get(name, "") for name in kept})
        answer = urlencode({"code": code, "state": asked.get("state", "")})
        return RedirectResponse(f"{back.geturl()}?{answer}", 303)

    async def token(self, request: Request) -> JSONResponse:
        form = {name: str(value) for name, value in (await request.form()).items()}
        client = _basic_client(request) or form.get("client_id", "")
        match form.get("grant_type"):
            case "client_credentials" if client:
                return _tokens(self._credentials(client, form.get("scope", ""), form.get("personal_number", "")))
            case "client_credentials":
                return JSONResponse({"error": "invalid_client"}, 401)
            case "authorization_code" | "refresh_token":
                return self._for_a_browser(client, form)
            case _:
                return JSONResponse({"error": "unsupported_grant_type"}, 400)

    def _for_a_browser(self, client: str, form: Mapping[str, str]) -> JSONResponse:
        kind = "code" if form["grant_type"] == "authorization_code" else "refresh"
        try:
            asked = jwt.decode(
                form.get("code") or form.get("refresh_token", ""),
                self._key.public_key(),
                ["RS256"],
                audience=f"{self.url}/{kind}",
            )
        except jwt.PyJWTError:
            return JSONResponse({"error": "invalid_grant"}, 400)
        if asked["client_id"] != client or (kind == "code" and not self._may_be_used(asked, form)):
            return JSONResponse({"error": "invalid_grant"}, 400)
        [person] = [one for one in PEOPLE[client] if one.client == asked["person"]]
        more = {"client_id": client, "person": person.client}
        refresh = self._signed("refresh", SESSION_SECONDS, more)
        answer = self._credentials(person.client, person.scope, person.number)
        return _tokens({**answer, "id_token": self._id_token(client, person, asked), "refresh_token": refresh})

    def _may_be_used(self, asked: Mapping[str, Any], form: Mapping[str, str]) -> bool:
        """Once, by who asked for it: with the address it was asked for and the verifier of the challenge."""
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        proved = base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == asked["code_challenge"]
        is_first = asked["jti"] not in self._used
        self._used.add(asked["jti"])
        return proved and is_first and asked["redirect_uri"] == form.get("redirect_uri")

    def _credentials(self, client: str, scope: str, number: str) -> dict[str, Any]:
        claims = self._of_resident(client, number) if number else self._of_staff(client, scope.split())
        payload = {**self._of_anybody(client), **claims}
        token = jwt.encode(payload, self._key, "RS256", {"kid": KEY_ID, "typ": "at+jwt"})
        return {"access_token": token, "token_type": "Bearer", "expires_in": LIFETIME_SECONDS, "scope": scope}

    def _id_token(self, client: str, person: Choice, asked: Mapping[str, Any]) -> str:
        claims = self._of_staff(person.client, person.scope.split())
        if person.number:
            claims = self._of_resident(person.client, person.number)
        nonce = {"nonce": asked["nonce"]} if asked.get("nonce") else {}
        payload = {**self._of_anybody(person.client), **claims, "aud": client, **nonce}
        return jwt.encode(payload, self._key, "RS256", {"kid": KEY_ID})

    def _signed(self, kind: str, seconds: int, claims: Mapping[str, str]) -> str:
        """What comes back to this issuer alone."""
        about = {"aud": f"{self.url}/{kind}", "exp": int(time.time()) + seconds, "jti": uuid4().hex}
        return jwt.encode({**claims, **about}, self._key, "RS256")

    def _of_anybody(self, client: str) -> dict[str, object]:
        now = int(time.time())
        person = {"sub": client, "client_id": client, "name": client.title()}
        return {"iss": self.url, "jti": uuid4().hex, "iat": now, "exp": now + LIFETIME_SECONDS, **person}

    def _of_staff(self, client: str, scopes: list[str]) -> dict[str, object]:
        units = [scope.removeprefix(UNIT) for scope in scopes if scope.startswith(UNIT)]
        roles = [scope for scope in scopes if not scope.startswith(UNIT)]
        return {"aud": self.audience, "roles": roles, "units": units or list(queues())}

    def _of_resident(self, client: str, number: str) -> dict[str, object]:
        return {"aud": RESIDENTS_AUDIENCE, "sub": f"resident:{client}", "acr": ASSURANCE, NUMBER: number}


def _tokens(answer: Mapping[str, Any]) -> JSONResponse:
    return JSONResponse(answer, headers={"Cache-Control": "no-store"})


def _entry(asked: Mapping[str, str], person: Choice) -> str:
    address = html.escape(f"?{urlencode({**asked, 'person': person.client})}")
    return f'<li><a href="{address}">{html.escape(person.client.title())}</a>, {html.escape(person.does)}</li>'


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
