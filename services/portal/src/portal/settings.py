"""What varies between places in the portal alone."""

from typing import Annotated, Self

from pydantic import AfterValidator, Field, SecretStr, model_validator

from shared.formats import WebAddress
from shared.settings import Settings

KNOWN_KEY = "a key that everybody knows, embedded"


def _without_slash(address: str) -> str:
    return address.rstrip("/")


class PortalSettings(Settings):
    """The settings of the portal's process: these, and those that every service has."""

    service: str = "portal"

    portal_url: Annotated[WebAddress, AfterValidator(_without_slash)] = Field(
        "http://127.0.0.1:8106", description="Where the pages are: the address that people have in their browsers."
    )
    portal_key: SecretStr = Field(
        SecretStr(KNOWN_KEY),
        min_length=16,
        description="Signs the cookie of a sign-in under way, and seals that of what a code or a link opened.",
    )
    intake_url: WebAddress = Field("http://127.0.0.1:8101", description="Where eservice-intake's API is.")
    housing_url: WebAddress = Field("http://127.0.0.1:8102", description="Where housing's API is.")
    recruitment_url: WebAddress = Field("http://127.0.0.1:8103", description="Where recruitment's API is.")
    notifications_url: WebAddress = Field("http://127.0.0.1:8104", description="Where notifications' API is.")
    permit_guide_url: WebAddress = Field("http://127.0.0.1:8107", description="Where permit-guide's API is.")
    service_seconds: float = Field(10, gt=0, le=60, description="How long a page waits for a service.")

    staff_client_id: str = Field("kommunbuss-portal", description="What the portal signs staff in as, at OIDC_ISSUER.")
    staff_client_secret: SecretStr | None = None
    staff_scope: str = Field("openid profile", description="What is asked for when staff sign in.")
    residents_issuer: WebAddress | None = Field(None, description="Whom residents sign in with. Without it nobody can.")
    residents_client_id: str = Field(
        "kommunbuss-portal-residents", description="What the portal signs residents in as, at RESIDENTS_ISSUER."
    )
    residents_client_secret: SecretStr | None = None
    residents_scope: str = Field("openid profile", description="What is asked for when residents sign in.")
    residents_acr: str | None = Field(None, description="The level of assurance that is asked for: `acr_values`.")

    municipality_name: str = Field("Ekbacka kommun", description="Whose pages they are.")
    municipality_phone: str = Field("0123-45 60 00", description="Where people call.")
    municipality_email: str = Field("kommunen@ekbacka.example", description="Where people write.")
    municipality_address: str = Field("Rådhusgatan 1, 123\u00a045 Ekbacka", description="Where people go, and post.")
    municipality_hours: str = Field("8–16", description="When the phone is answered on working days: from–to.")
    data_protection_email: str = Field("dataskydd@ekbacka.example", description="The data protection officer.")

    @model_validator(mode="after")
    def _own_key_and_tls_in_production(self) -> Self:
        if not self.in_production:
            return self
        if self.portal_key.get_secret_value() == KNOWN_KEY:
            raise ValueError("set PORTAL_KEY: it signs and seals cookies, and the usual one is known to everybody")
        if not self.portal_url.startswith("https://"):
            raise ValueError("PORTAL_URL must start with https:// unless MODE=embedded: cookies go over TLS alone")
        if self.residents_issuer and not self.residents_issuer.startswith("https://"):
            raise ValueError("RESIDENTS_ISSUER must start with https:// unless MODE=embedded: it says who signs in")
        return self

    @property
    def has_tls(self) -> bool:
        return self.portal_url.startswith("https://")
