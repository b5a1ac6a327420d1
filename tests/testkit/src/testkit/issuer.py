"""An OpenID Connect issuer at an address of this machine. It signs for anybody, and its keys can change."""

import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

AUDIENCE = "kommunbuss"
RESIDENTS_AUDIENCE = "kommunbuss-residents"
KARIN = "198112189876"
RESIDENT = {
    "aud": RESIDENTS_AUDIENCE,
    "sub": "broker:5b0e",
    "acr": "http://id.elegnamnden.se/loa/1.0/loa3",
    "https://id.oidc.se/claim/personalIdentityNumber": KARIN,
    "name": "Karin Ek",
    "roles": None,
    "units": None,
}
"""What the token of somebody says who has signed in with an e-identification."""
UNITS = (
    "livsmedel",
    "halsoskydd",
    "miljoskydd",
    "avlopp",
    "avfall",
    "tillstand",
    "naringsliv",
    "inflyttning",
    "foretagslots",
    "mark",
    "boende",
    "rekrytering",
    "registrator",
)
"""What a token names unless a test says otherwise."""


class OpenIdIssuer:
    """`keys` are those it publishes; it signs with the newest. `asked` counts how often they were fetched.

    It is silent while `answers` is not set.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.keys: dict[str, rsa.RSAPrivateKey] = {}
        self.about_keys: dict[str, str] = {}
        self.configuration: dict[str, Any] = {"issuer": url, "jwks_uri": f"{url}/jwks"}
        self.asked = 0
        self.is_away = False
        self.answers = Event()
        self.answers.set()
        self.add_key("first")

    def add_key(self, kid: str) -> None:
        self.keys[kid] = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    def token(
        self,
        *roles: str,
        subject: str = "anna",
        typ: str | None = "at+jwt",
        also: Mapping[str, object] | None = None,
        **claims: object,
    ) -> str:
        """An access token, with claims that replace the usual ones. One that is None is left out."""
        kid, key = list(self.keys.items())[-1]
        now = int(time.time())
        payload = {
            "iss": self.url,
            "aud": AUDIENCE,
            "sub": subject,
            "name": subject.title(),
            "iat": now,
            "exp": now + 600,
            "roles": list(roles),
            "units": UNITS,
            **claims,
            **(also or {}),
        }
        given = {name: value for name, value in payload.items() if value is not None}
        return jwt.encode(given, key, self.about_keys.get("alg", "RS256"), {"kid": kid, "typ": typ})

    def resident(self, **claims: object) -> str:
        """The token of a resident, with claims that replace the usual ones."""
        return self.token(also={**RESIDENT, **claims})

    def answer_to(self, path: str) -> dict[str, Any] | None:
        match path:
            case "/.well-known/openid-configuration":
                return self.configuration
            case "/jwks":
                self.asked += 1
                return {"keys": [{**_public(kid, key), **self.about_keys} for kid, key in self.keys.items()]}
            case _:
                return None


def _public(kid: str, key: rsa.RSAPrivateKey) -> dict[str, Any]:
    jwk = jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key(), as_dict=True)
    return {**jwk, "kid": kid, "alg": "RS256", "use": "sig"}


@contextmanager
def serving_issuer() -> Iterator[OpenIdIssuer]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            issuer.answers.wait(30)
            answer = None if issuer.is_away else issuer.answer_to(self.path)
            self.send_response(503 if answer is None else 200)
            self.end_headers()
            self.wfile.write(json.dumps(answer).encode())

        def log_message(self, *_: object) -> None:
            """Nobody reads it."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        issuer = OpenIdIssuer(f"http://127.0.0.1:{server.server_port}")
        Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        try:
            yield issuer
        finally:
            server.shutdown()
