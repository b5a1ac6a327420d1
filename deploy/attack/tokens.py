"""Tokens that the issuer did not make for this: none may open anything."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from jwt.algorithms import RSAAlgorithm

from deploy.attack.target import Attack, Target, Told
from deploy.attack.wire import ask, request

HEADER = {"alg": "RS256", "typ": "at+jwt", "kid": "embedded"}
REFUSED = ("401", "403")
HOUR = 3600

Claims = dict[str, Any]
Sign = Callable[[bytes], bytes]


async def forged_tokens(target: Target) -> Told:
    issuer = Forger(target.issuer, target.folder / "issuer.json")
    told = Told()
    if (status := await _status(target, issuer.good())) != "200":
        told.complaints.append(f"a good token is answered {status}, so that nothing is shown")
    for name, token in issuer.forged():
        status = await _status(target, token)
        told.statuses[status] += 1
        if status not in REFUSED:
            told.complaints.append(f"{name}: {status}")
    return told


async def _status(target: Target, token: str) -> str:
    return await ask(target.port, request("GET", "/queues", f"Authorization: Bearer {token}"))


class Forger:
    """Knows the issuer's key, so as to sign what it would not."""

    def __init__(self, issuer: str, key_file: Path) -> None:
        key = RSAAlgorithm.from_jwk(key_file.read_text())
        assert isinstance(key, rsa.RSAPrivateKey)
        now = int(time.time())
        self._issuers, self._own = _by(key), rsa.generate_private_key(public_exponent=65_537, key_size=2048)
        self._public = key.public_key()
        people = {"sub": "mallory", "name": "Mallory", "roles": ["caseworker"], "units": ["boende"]}
        self._claims: Claims = {"iss": issuer, "aud": "kommunbuss", "iat": now, "exp": now + HOUR, **people}

    def good(self) -> str:
        return made(HEADER, self._claims, self._issuers)

    def forged(self) -> Iterator[tuple[str, str]]:
        """Each by what is wrong with it."""
        yield from self._signed_by_others()
        for name, header in self._headers():
            yield name, made({**HEADER, **header}, self._claims, _by(self._own))
        for name, claims in self._claims_of_others():
            yield name, made(HEADER, {key: value for key, value in claims.items() if value is not None}, self._issuers)
        for kind in ("JWT", "id+jwt", "logout+jwt", "dpop+jwt", 7):
            yield f"typ {kind}", made({**HEADER, "typ": kind}, self._claims, self._issuers)

    def _signed_by_others(self) -> Iterator[tuple[str, str]]:
        for alg in ("none", "None", "nOnE"):
            yield f"alg {alg}", made({**HEADER, "alg": alg}, self._claims, lambda _: b"")
        pem = self._public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        n = self._public.public_numbers().n.to_bytes(256, "big")
        for name, secret in {"PEM": pem, "n": n, "nothing": b""}.items():
            yield f"HS256 with {name}", made({**HEADER, "alg": "HS256"}, self._claims, _with(secret))
        yield "another key", made(HEADER, self._claims, _by(self._own))
        good = self.good()
        head, claims, signature = good.split(".")
        yield "no signature", f"{head}.{claims}."
        yield "two parts", f"{head}.{claims}"
        yield "another's signature", f"{head}.{_encoded({**self._claims, 'sub': 'anna'})}.{signature}"
        yield "words", "let me in"

    def _headers(self) -> Iterator[tuple[str, dict[str, object]]]:
        jwk = RSAAlgorithm.to_jwk(self._own.public_key(), as_dict=True)
        yield "jwk", {"jwk": jwk}
        yield "jwk without kid", {"jwk": jwk, "kid": None}
        for name in ("jku", "x5u"):
            yield name, {name: "http://127.0.0.1:9/keys"}
        yield "crit", {"crit": ["b64"], "b64": False}
        for kid in (["embedded"], {"embedded": 1}, 1, "../../../../dev/null", "' OR 1=1 --", "", "x" * 4_000):
            yield f"kid {str(kid)[:20]}", {"kid": kid}

    def _claims_of_others(self) -> Iterator[tuple[str, Claims]]:
        good, now = self._claims, int(time.time())
        for name in ("iss", "aud", "exp", "iat", "sub"):
            yield f"without {name}", {**good, name: None}
        yield "another issuer", {**good, "iss": "https://evil.example"}
        yield "another audience", {**good, "aud": ["kommunbuss-mailer", "account"]}
        yield "ended", {**good, "iat": now - 2 * HOUR, "exp": now - HOUR}
        yield "for a year", {**good, "exp": now + 365 * 24 * HOUR}
        for name in ("nbf", "iat"):
            yield f"{name} to come", {**good, name: now + HOUR // 2}
        for name, roles in {"text": "caseworker", "an object": {"caseworker": True}, "nothing": []}.items():
            yield f"roles are {name}", {**good, "roles": roles}
        for name in ("nonce", "at_hash", "c_hash", "events"):
            yield f"an ID token's {name}", {**good, name: "x"}


def made(header: dict[str, Any], claims: Claims, sign: Sign) -> str:
    signed = f"{_encoded(header)}.{_encoded(claims)}"
    return f"{signed}.{_base64(sign(signed.encode()))}"


def _by(key: rsa.RSAPrivateKey) -> Sign:
    return lambda data: key.sign(data, padding.PKCS1v15(), hashes.SHA256())


def _with(secret: bytes) -> Sign:
    return lambda data: hmac.new(secret, data, hashlib.sha256).digest()


def _encoded(part: dict[str, Any]) -> str:
    return _base64(json.dumps(part).encode())


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


ATTACKS = [Attack("forged tokens", "notifications", "46 tokens not made for this", forged_tokens)]
