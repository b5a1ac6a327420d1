"""What the portal refuses to start with in production, and what its cookies are called there."""

from typing import Any

import pytest
from pydantic import ValidationError

from portal.models import Kind
from portal.sessions import cookie_name
from portal.settings import KNOWN_KEY, PortalSettings

FOR_REAL: dict[str, Any] = {
    "mode": "production",
    "portal_url": "https://ekbacka.example",
    "portal_key": "a key that nobody else has",
    "oidc_issuer": "https://login.ekbacka.example",
    "residents_issuer": "https://eid.example",
    "database_url": "sqlite:///x",
    "kafka_one_broker": "acknowledged events may be lost",
    "unencrypted": "contacts,database,kafka,scanner,traces",
}


def test_production_is_one_with_tls_and_a_key_of_its_own():
    assert PortalSettings(**FOR_REAL).has_tls


@pytest.mark.parametrize(
    ("setting", "value", "remedy"),
    [
        ("portal_url", "http://ekbacka.example", "PORTAL_URL must start with https://"),
        ("portal_key", KNOWN_KEY, "set PORTAL_KEY"),
        ("portal_key", "short", "portal_key"),
        ("oidc_issuer", "http://login.ekbacka.example", "https"),
        ("residents_issuer", "http://eid.example", "RESIDENTS_ISSUER must start with https://"),
    ],
)
def test_production_refuses_what_is_only_for_a_try_and_says_the_remedy(setting: str, value: str, remedy: str):
    with pytest.raises(ValidationError, match=remedy):
        PortalSettings(**{**FOR_REAL, setting: value})


@pytest.mark.parametrize("kind", list(Kind))
def test_a_cookie_of_production_is_for_its_host_alone(kind: Kind):
    on_this_machine = PortalSettings(mode="embedded", portal_url="http://127.0.0.1:8106")

    assert cookie_name(kind, PortalSettings(**FOR_REAL)).startswith("__Host-")
    assert not cookie_name(kind, on_this_machine).startswith("__Host-")
