"""Whom residents sign in with, and what their numbers are sealed and found with."""

from typing import Annotated, Literal, Self

from cryptography.fernet import Fernet
from pydantic import BeforeValidator, Field, SecretStr, field_validator, model_validator
from pydantic_settings import NoDecode

from shared.formats import WebAddress
from shared.settings import Settings


def _listed(value: object) -> object:
    return tuple(one.strip() for one in value.split(",") if one.strip()) if isinstance(value, str) else value


Listed = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_listed), Field(min_length=1)]
KNOWN_KEY = "YSBrZXkgdGhhdCBldmVyeWJvZHkga25vd3MsIGVtYmQ="
"""What MODE=embedded seals with when it is given nothing else: a key that everybody knows."""


class IdentitySettings(Settings):
    residents_issuer: WebAddress | None = Field(
        None,
        description="The OpenID Connect issuer residents sign in with, such as a broker of e-identifications. "
        "Without it nobody can use the e-services that ask for one.",
    )
    residents_audience: str = Field("kommunbuss-residents", description="What a resident's token's `aud` must name.")
    residents_tokens: Literal["access tokens", "ID tokens"] = Field(
        "access tokens",
        description="Which tokens say who somebody is. ID tokens where the broker's access tokens do not: then "
        "RESIDENTS_AUDIENCE is the frontend's client id.",
    )
    residents_longest_token_hours: float = Field(10, gt=0, le=24, description="A token that lasts longer is refused.")
    residents_acr: Listed = Field(
        ("http://id.elegnamnden.se/loa/1.0/loa3", "http://id.elegnamnden.se/loa/1.0/loa4"),
        description="Levels of assurance that are enough: what `acr` may be, with commas between.",
    )
    residents_number_claims: Listed = Field(
        (
            "https://id.oidc.se/claim/personalIdentityNumber",
            "https://id.oidc.se/claim/coordinationNumber",
        ),
        description="Claims with the personal identity number; the first that is there counts.",
    )
    residents_name_claim: str = Field("name", description="The claim with the person's name.")

    identity_keys: SecretStr = Field(
        SecretStr(KNOWN_KEY),
        description="Fernet keys that seal personal identity numbers, the newest first, with commas between.",
    )
    identity_hash_key: SecretStr = Field(
        SecretStr(KNOWN_KEY),
        min_length=16,
        description="Keys the hashes that personal identity numbers are found by. With another, nobody is found.",
    )

    @field_validator("identity_keys")
    @classmethod
    def _are_keys(cls, value: SecretStr) -> SecretStr:
        try:
            for key in value.get_secret_value().split(","):
                Fernet(key.strip())
        except ValueError:
            raise ValueError(
                "write keys of 32 bytes in base64 with - and _, as `head -c 32 /dev/urandom | base64 | tr +/ -_` makes"
            ) from None
        return value

    @model_validator(mode="after")
    def _own_keys_in_production(self) -> Self:
        secrets = {"IDENTITY_KEYS": self.identity_keys, "IDENTITY_HASH_KEY": self.identity_hash_key}
        known = [name for name, value in secrets.items() if KNOWN_KEY in value.get_secret_value()]
        if self.in_production and known:
            raise ValueError(f"set {' and '.join(known)}: personal identity numbers are sealed and found with them")
        return self

    @model_validator(mode="after")
    def _residents_are_not_staff(self) -> Self:
        if self.residents_audience == self.oidc_audience:
            raise ValueError("RESIDENTS_AUDIENCE must differ from OIDC_AUDIENCE: a resident is not a member of staff")
        issuer = self.residents_issuer or "https://"
        if self.in_production and not issuer.startswith("https://"):
            raise ValueError("RESIDENTS_ISSUER must start with https:// unless MODE=embedded")
        return self
