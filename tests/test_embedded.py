import errno
import os
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, nullcontext
from functools import partial
from itertools import chain
from pathlib import Path
from types import SimpleNamespace
from uuid import uuid4

import httpx
import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition
from starlette.applications import Starlette

from bus.kafka import create_topics, kafka_options, open_producer
from deploy import demo
from deploy.embedded import __main__ as embedded
from deploy.embedded.issuer import LocalIssuer
from deploy.embedded.ports import CannotStart, Ports
from deploy.embedded.unread import is_read
from deploy.procfile import ASKED, BACKGROUND, COMMANDS, ISSUER, PORTAL, modules
from notifications.rules.routing import queues
from shared.dead_letters import READERS
from shared.events import topic_of
from shared.settings import Settings
from web.staff import person_of, staff_issuer

URL = "http://127.0.0.1:8105"
ROOT = Path(__file__).parents[1]


@pytest.fixture
def transport(tmp_path: Path) -> httpx.ASGITransport:
    """The way to a local issuer."""
    return httpx.ASGITransport(Starlette(routes=LocalIssuer(URL, "kommunbuss", tmp_path / "issuer.json").routes()))


@pytest.fixture
async def issuer(transport: httpx.ASGITransport) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(transport=transport, base_url=URL) as client:
        yield client


def test_a_port_in_use_is_named_with_the_setting_that_chooses_another():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        ports = Ports.of({"KAFKA_PORT": str(port), "SMTP_URL": "smtp://mail.example", "FIRST_PORT": "9301"})

        with pytest.raises(CannotStart, match=rf"Port {port} is in use.*make run KAFKA_PORT="):
            ports.require_free()


def test_a_port_that_only_root_may_have_is_not_called_in_use(monkeypatch):
    def refuse(*_: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(socket.socket, "bind", refuse)

    with pytest.raises(CannotStart, match=r"Port 80 is root's, .*make run FIRST_PORT=8101"):
        Ports.of({"FIRST_PORT": "80"}).require_free()


def test_a_port_that_is_not_a_number_is_answered_with_the_default():
    with pytest.raises(CannotStart, match=r"FIRST_PORT=http is not a port.*FIRST_PORT=8101"):
        Ports.of({"FIRST_PORT": "http"})


def test_a_size_of_the_broker_that_is_not_a_number_is_refused_in_a_line():
    with pytest.raises(CannotStart, match=r"BROKER_MEGABYTES=2G is not a number of megabytes, such as 200"):
        Ports.of({"BROKER_MEGABYTES": "2G"})


def test_servers_of_ones_own_win_over_the_embedded_ones():
    own = {"KAFKA_BOOTSTRAP_SERVERS": "kafka:9092", "SMTP_URL": "smtp://mail", "DATABASE_URL": "postgresql://db/x"}

    ports = Ports.of(own)

    settings = ports.settings(own)
    assert (ports.kafka, ports.smtp) == (None, None)
    assert {name: settings[name] for name in own} == own
    assert "KAFKA_IDEMPOTENCE" not in settings


def test_every_process_of_the_procfile_runs_once_by_itself_or_with_its_services_others_at_a_port_of_its_own():
    ports = Ports.of({}).by_process

    assert sorted(COMMANDS) == sorted(chain(ASKED, *BACKGROUND.values()))
    assert set(ports) - {ISSUER} == {*ASKED, *BACKGROUND}
    assert len(set(ports.values())) == len(ports)


def test_what_services_are_made_of_can_be_loaded_once_and_what_reads_settings_cannot():
    loaded = set(modules())

    assert loaded >= {"eservice_intake.cases.api", "housing.api", "notifications.mailer", "portal.pages"}
    assert [name for name in loaded if name.endswith((".app", ".__init__"))] == []


def test_production_is_refused_in_one_line(monkeypatch, capsys):
    monkeypatch.setenv("MODE", "production")
    monkeypatch.setattr(embedded, "raise_when_told_to_end", lambda: None)
    monkeypatch.setattr(embedded, "run", lambda *_: 0)

    code = embedded.main()

    said = capsys.readouterr().err
    assert code == 2
    assert said.count("\n") == 1
    assert "MODE=production is set" in said


def test_the_staff_queues_are_a_line_to_paste_with_the_ports_that_were_chosen():
    ports = Ports.of({"FIRST_PORT": "17701", "DATA_DIR": "/srv/data"})

    lines = embedded.addresses(ports)

    assert '"Authorization: Bearer $(make -s staff-token FIRST_PORT=17701)" http://127.0.0.1:17704/queues' in lines
    assert "/srv/data/mail/new" in lines


def test_where_the_pages_are_is_said_first_in_a_line_for_residents_and_one_for_staff():
    portal = Ports.of({"FIRST_PORT": "17701"}).url(PORTAL)

    lines = embedded.addresses(Ports.of({"FIRST_PORT": "17701"})).splitlines()

    assert [line.split() for line in lines[:2]] == [
        ["for", "residents", f"{portal}/"],
        ["for", "staff", f"{portal}/handlaggare"],
    ]
    assert [line for line in lines[2:] if portal in line] == []


def test_the_demo_that_goes_on_says_where_the_pages_are(monkeypatch, capsys):
    async def demonstrated(_: object) -> tuple[list[object], None]:
        return [], None

    running = SimpleNamespace(addresses="  for residents  http://there/", wait=lambda: 0)
    monkeypatch.setattr(demo, "system_of", lambda _: nullcontext(running))
    monkeypatch.setattr(demo, "demonstrated", demonstrated)
    monkeypatch.setattr(demo, "show_case", lambda _: None)

    assert demo.demonstrate("embedded", once=False) == 0
    assert "  for residents  http://there/" in capsys.readouterr().out


def test_the_local_issuer_refuses_to_start_outside_embedded_mode(tmp_path):
    environment = {**os.environ, "MODE": "production", "OIDC_ISSUER": "", "DATA_DIR": str(tmp_path)}

    ended = subprocess.run(
        [sys.executable, "-c", "from deploy.embedded.issuer import create_app; create_app()"],
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

    person = person_of(await staff_issuer(Settings(service="housing", oidc_issuer=URL)).verify(token))

    assert (person.subject, person.name) == ("berit", "Berit")
    assert person.roles == {"caseworker", "housing-officer"}
    assert person.units == set(queues())


async def test_a_local_token_can_be_of_some_units_only(issuer, transport, monkeypatch):
    form = {"grant_type": "client_credentials", "client_id": "berit", "scope": "caseworker unit:boende unit:avfall"}
    token = (await issuer.post("/token", data=form)).json()["access_token"]
    monkeypatch.setattr(httpx, "AsyncClient", partial(httpx.AsyncClient, transport=transport))

    person = person_of(await staff_issuer(Settings(service="housing", oidc_issuer=URL)).verify(token))

    assert (person.roles, person.units) == ({"caseworker"}, {"boende", "avfall"})


async def test_the_local_issuer_gives_tokens_for_client_credentials_only(issuer):
    response = await issuer.post("/token", data={"grant_type": "password", "client_id": "berit"})

    assert (response.status_code, response.json()) == (400, {"error": "unsupported_grant_type"})


def test_the_issuers_key_is_kept_and_only_its_owner_may_read_it(tmp_path):
    first = LocalIssuer(URL, "kommunbuss", tmp_path / "issuer.json")
    second = LocalIssuer(URL, "kommunbuss", tmp_path / "issuer.json")

    assert first._key.private_numbers() == second._key.private_numbers()
    assert (tmp_path / "issuer.json").stat().st_mode & 0o077 == 0


async def test_the_broker_holds_something_unread_until_who_reads_it_has_handled_it_all():
    settings = Settings(service="kommunbuss", topic_prefix=f"{uuid4().hex}.")
    await create_topics(settings, READERS)
    filled = TopicPartition(settings.topic_prefix + topic_of("housing"), 0)
    async with AsyncExitStack() as stack:
        producer = await stack.enter_async_context(open_producer(settings))
        readers = [
            await stack.enter_async_context(AIOKafkaConsumer(**kafka_options(settings), group_id=group))
            for group in READERS
        ]
        empty = await is_read(readers, settings)
        for _ in range(2):
            await producer.send_and_wait(*filled[:1], b"", partition=filled.partition)
        sent = await is_read(readers, settings)
        readers[1].assign([filled])
        await readers[1].commit({filled: 1})
        begun = await is_read(readers, settings)
        await readers[1].commit({filled: 2})
        handled = await is_read(readers, settings)

    assert (empty, sent, begun, handled) == (True, False, False, True)
