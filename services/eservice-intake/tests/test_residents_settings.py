"""How residents sign in is a setting, and what would be open or closed by mistake is said at start."""

import contextlib
from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from pydantic import ValidationError

from eservice_intake.identities.residents import Residents, say_what_is_closed
from eservice_intake.settings import IntakeSettings
from testkit.issuer import RESIDENT

from .applications import application
from .cases import COMPOST, DISCOVERY
from .files import send_file


@contextlib.contextmanager
def residents_by(app: FastAPI, **settings: object) -> Iterator[IntakeSettings]:
    """Residents sign in as the settings say."""
    usual, changed = app.state.residents, app.state.settings.model_copy(update=settings)
    app.state.residents = Residents(changed)
    try:
        yield changed
    finally:
        app.state.residents = usual


@pytest.fixture
def nobody_to_sign_in_with(app: FastAPI) -> Iterator[IntakeSettings]:
    with residents_by(app, residents_issuer=None) as settings:
        yield settings


async def test_without_an_issuer_what_asks_for_a_sign_in_is_closed_and_the_rest_open(
    nobody_to_sign_in_with, signed_in_only, client, resident
):
    closed = await client.post("/applications", json=application(COMPOST, "kompostering"), headers=resident())
    form = application({**DISCOVERY, "map": await send_file(client)}, "fororening-upplysning")
    opened = await client.post("/applications", json=form)

    assert (closed.status_code, closed.json()["code"]) == (503, "SignInClosed")
    assert opened.status_code == 201


def test_at_start_it_is_said_which_eservices_nobody_can_use(nobody_to_sign_in_with, signed_in_only, app, caplog):
    say_what_is_closed(nobody_to_sign_in_with)
    say_what_is_closed(app.state.settings)

    [line] = [record.msg for record in caplog.records]
    assert "RESIDENTS_ISSUER" in line["event"]
    assert line["eservices"] == ["kompostering"]


def test_where_no_eservice_asks_for_a_sign_in_nothing_is_said_at_start(nobody_to_sign_in_with, caplog):
    say_what_is_closed(nobody_to_sign_in_with)

    assert caplog.records == []


async def test_an_id_token_is_taken_where_the_broker_has_no_other(app, client, issuer, resident):
    id_token = issuer.token(typ="JWT", also={**RESIDENT, "nonce": "n", "at_hash": "h"})

    with residents_by(app, residents_tokens="ID tokens"):
        taken = await client.get("/my/cases", headers={"Authorization": f"Bearer {id_token}"})
        access_token = await client.get("/my/cases", headers=resident())
    usually = await client.get("/my/cases", headers={"Authorization": f"Bearer {id_token}"})

    assert (taken.status_code, access_token.status_code, usually.status_code) == (200, 401, 401)


@pytest.mark.parametrize(
    ("values", "remedy"),
    [
        ({"residents_audience": "kommunbuss"}, "RESIDENTS_AUDIENCE must differ from OIDC_AUDIENCE"),
        ({"mode": "production", "residents_issuer": "http://eid.example"}, "RESIDENTS_ISSUER must start with https://"),
        ({"mode": "production", "identity_keys": None}, "set IDENTITY_KEYS"),
        ({"identity_keys": "a key"}, "write keys of 32 bytes"),
        ({"identity_hash_key": "short"}, "at least 16 items"),
    ],
    ids=["staff's audience", "no TLS", "no keys", "not a key", "a short key"],
)
def test_what_would_let_anybody_in_or_seal_nothing_is_refused_at_start(values, remedy):
    own = {"identity_keys": "kE5nJ5y0c3FvZ2x1b2xkZmluZ2VyMTIzNDU2Nzg5MDE=", "identity_hash_key": "a key of our own"}
    production = {"oidc_issuer": "https://staff.example", "kafka_security_protocol": "SSL", "topic_replication": 3}
    given = {**own, **(production if "mode" in values else {}), **values}

    with pytest.raises(ValidationError, match=remedy):
        IntakeSettings(service="eservice-intake", **{name: value for name, value in given.items() if value is not None})
