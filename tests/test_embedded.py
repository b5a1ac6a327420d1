import os
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from email.message import EmailMessage
from functools import partial
from mailbox import Maildir
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette

from deploy.embedded import mail_page
from deploy.embedded.issuer import LocalIssuer
from deploy.embedded.places import CannotStart, Places
from deploy.embedded.processes import read_procfile
from deploy.embedded.run import PROCFILE
from shared.http.staff import Issuer

ISSUER = "http://127.0.0.1:8105"
ROOT = Path(__file__).parents[1]


@pytest.fixture
def transport(tmp_path: Path) -> httpx.ASGITransport:
    """The way to a local issuer."""
    return httpx.ASGITransport(Starlette(routes=LocalIssuer(ISSUER, "kommunbuss", tmp_path / "issuer.json").routes()))


@pytest.fixture
async def issuer(transport: httpx.ASGITransport) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(transport=transport, base_url=ISSUER) as client:
        yield client


def test_a_port_in_use_is_named_with_the_setting_that_chooses_another():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        places = Places.of({"KAFKA_PORT": str(port), "SMTP_URL": "smtp://mail.example", "FIRST_PORT": "21101"})

        with pytest.raises(CannotStart, match=rf"Port {port} is in use.*make run KAFKA_PORT="):
            places.require_free()


def test_a_port_that_is_no_number_is_said_with_the_default():
    with pytest.raises(CannotStart, match=r"FIRST_PORT=http is no port.*FIRST_PORT=8101"):
        Places.of({"FIRST_PORT": "http"})


def test_servers_of_ones_own_win_over_the_embedded_ones():
    own = {"KAFKA_BOOTSTRAP_SERVERS": "kafka:9092", "SMTP_URL": "smtp://mail", "DATABASE_URL": "postgresql://db/x"}

    places = Places.of(own)

    settings = places.settings(own)
    assert (places.kafka, places.smtp) == (None, None)
    assert {name: settings[name] for name in own} == own
    assert "KAFKA_IDEMPOTENCE" not in settings


def test_every_process_of_the_procfile_has_a_port_of_its_own():
    ports = Places.of({}).ports

    assert set(read_procfile(PROCFILE)) == set(ports) - {"peers"}
    assert len(set(ports.values())) == len(ports)


def test_the_local_issuer_refuses_to_start_outside_embedded_mode(tmp_path):
    environment = {**os.environ, "MODE": "production", "OIDC_ISSUER": "", "DATA_DIR": str(tmp_path)}

    ended = subprocess.run(
        [sys.executable, "-c", "import deploy.embedded.peers"],
        cwd=ROOT,
        env=environment,
        check=False,
        capture_output=True,
        text=True,
    )

    assert ended.returncode == 1
    assert ended.stderr.strip() == "The local issuer lets anybody in: it starts only with MODE=embedded."


async def test_a_local_token_names_the_person_and_the_roles_a_service_checks(issuer, transport, monkeypatch):
    form = {"grant_type": "client_credentials", "client_id": "berit", "scope": "caseworker housing-officer"}
    token = (await issuer.post("/token", data=form)).json()["access_token"]
    monkeypatch.setattr(httpx, "AsyncClient", partial(httpx.AsyncClient, transport=transport))

    person = await Issuer(ISSUER, "kommunbuss").verify(token)

    assert (person.subject, person.name) == ("berit", "Berit")
    assert person.roles == {"caseworker", "housing-officer"}


async def test_the_local_issuer_gives_tokens_for_client_credentials_only(issuer):
    response = await issuer.post("/token", data={"grant_type": "password", "client_id": "berit"})

    assert (response.status_code, response.json()) == (400, {"error": "unsupported_grant_type"})


def test_the_issuers_key_is_kept_and_only_its_owner_may_read_it(tmp_path):
    first = LocalIssuer(ISSUER, "kommunbuss", tmp_path / "issuer.json")
    second = LocalIssuer(ISSUER, "kommunbuss", tmp_path / "issuer.json")

    assert first._key.private_numbers() == second._key.private_numbers()
    assert (tmp_path / "issuer.json").stat().st_mode & 0o077 == 0


async def test_the_mail_page_shows_mail_as_text_and_never_as_markup(tmp_path):
    mail = EmailMessage()
    mail["To"], mail["Subject"] = "anna@example.com", "Tack för din anmälan"
    mail.set_content("<script>alert(1)</script>")
    name = Maildir(tmp_path / "mail").add(mail)
    app = Starlette(routes=mail_page.routes(tmp_path / "mail"))

    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://mail") as client:
        everything = (await client.get("/")).text
        one = (await client.get(f"/mails/{name}")).text

    assert "Tack för din anmälan" in everything
    assert "&lt;script&gt;" in one
    assert "<script>" not in one
