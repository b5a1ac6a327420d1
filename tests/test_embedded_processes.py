"""What runs in, and beside, an embedded system."""

import asyncio
import contextlib
import logging
import smtplib

import httpx
import pytest
from starlette.applications import Starlette

from bus.process import Stuck, nothing
from deploy.embedded.another import another
from deploy.embedded.background import together
from deploy.embedded.mail_server import serve
from deploy.embedded.ports import CannotStart, Ports
from shared.observability import health_routes
from testkit.broker import free_port
from testkit.waiting import until


def test_a_second_consumer_has_the_environment_of_the_system_beside_it():
    chosen = {"FIRST_PORT": "17701", "KAFKA_PORT": "17792"}

    words, environment = another("notifications-consumer", "17799", chosen)

    assert words == ["uvicorn", "notifications.app:consumer", "--port", "17799"]
    assert environment == Ports.of(chosen).settings(chosen)
    assert environment["KAFKA_BOOTSTRAP_SERVERS"] == "127.0.0.1:17792"


@pytest.mark.parametrize(("process", "port"), [("housing-api", "8199"), ("parking", "8199"), ("housing-relay", "8199")])
def test_a_second_process_that_cannot_be_is_refused_with_those_that_can(process, port):
    with pytest.raises(CannotStart, match=r"PROCESS is one of .*notifications-consumer.*, and PORT one that is free"):
        another(process, port, {})


async def test_what_runs_together_is_live_only_while_each_of_it_is():
    stuck = asyncio.Event()

    async def live() -> None:
        if stuck.is_set():
            raise Stuck

    app = together([Starlette(routes=health_routes(check, nothing)) for check in (live, nothing)])
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://background") as http:
        before = await http.get("/health/live")
        stuck.set()
        after = {path: (await http.get(f"/health/{path}")).status_code for path in ("live", "ready")}

    assert before.status_code == 200
    assert after == {"live": 503, "ready": 200}


async def test_the_embedded_mail_server_keeps_a_mail_and_logs_nobodys_address(tmp_path, caplog):
    port = free_port()
    serving = asyncio.create_task(serve(port, tmp_path / "mail"))

    def send() -> bool:
        with contextlib.suppress(ConnectionRefusedError), smtplib.SMTP("127.0.0.1", port) as smtp:
            smtp.sendmail("us@example.se", "karin@example.se", "Subject: Hej\n\nHej")
            return True
        return False

    with caplog.at_level(logging.INFO):
        await until(lambda: asyncio.to_thread(send))
    serving.cancel()

    assert len(list((tmp_path / "mail/new").iterdir())) == 1
    assert "karin" not in caplog.text
