import asyncio

import pytest
from pydantic import ValidationError

from notifications.connection import MailServerAway, connection_options
from notifications.mails import Mail, Sender
from notifications.outcomes import Verdict
from notifications.smtp import SmtpPool
from shared.settings import Settings
from testkit.waiting import until

SENDER = Sender.parse("no-reply@kommun.example", "kontakt@kommun.example", "https://kommun.example")
MAIL = Mail("anna@example.se", b"Subject: Hej\r\n\r\nHej\r\n")
LATER = float("inf")


def test_the_address_of_the_server_says_how_to_connect():
    options = connection_options("smtp+starttls://us%40er:p%2Fss@mail.example:587")

    assert options == {
        "hostname": "mail.example",
        "port": 587,
        "username": "us@er",
        "password": "p/ss",
        "use_tls": False,
        "start_tls": True,
    }
    assert connection_options("smtps://mail.example")["use_tls"] is True


@pytest.mark.parametrize(
    ("setting", "value", "remedy"),
    [
        ("smtp_url", "http://us:secret@mail.example", "smtps://"),
        ("mail_from", "Kommunen", "no-reply@"),
        ("mail_ehlo_name", "mailer", "mailer.kommun.example"),
        ("mail_lease_seconds", "101", "less than or equal to 100"),
        ("mail_seconds", "101", "less than or equal to 100"),
    ],
)
def test_a_wrong_setting_stops_the_process_with_the_remedy_and_no_password(setting: str, value: str, remedy: str):
    with pytest.raises(ValidationError, match=setting) as refusal:
        Settings(service="notifications", **{setting: value})

    assert remedy in str(refusal.value)
    assert "secret" not in str(refusal.value)


async def test_connections_are_kept(mail_server, mail_settings: Settings):
    async with SmtpPool(mail_settings, SENDER) as pool:
        for _ in range(3):
            await pool.send(MAIL, LATER)

    assert len(mail_server.accepted) == 3
    assert mail_server.connections == 1


async def test_a_connection_that_broke_while_idle_costs_no_mail_its_attempt(mail_server, mail_settings: Settings):
    async with SmtpPool(mail_settings, SENDER) as pool:
        await pool.send(MAIL, LATER)
        [idle] = pool._idle
        await mail_server.stop()
        await mail_server.start()
        await until(lambda: not idle.is_open)
        second = await pool.send(MAIL, LATER)

    assert second.verdict is Verdict.SENT
    assert mail_server.connections == 2


async def test_a_refused_mail_does_not_spoil_its_connection(mail_server, mail_settings: Settings):
    mail_server.refuse_recipient = ["550 5.1.1 unknown"]
    async with SmtpPool(mail_settings, SENDER) as pool:
        first = await pool.send(MAIL, LATER)
        second = await pool.send(MAIL, LATER)

    assert (first.verdict, second.verdict) == (Verdict.NO_SUCH_RECIPIENT, Verdict.SENT)


async def test_a_server_that_is_away_is_said_to_be(mail_server, mail_settings: Settings):
    await mail_server.stop()
    async with SmtpPool(mail_settings, SENDER) as pool:
        replies = await asyncio.gather(*(pool.send(MAIL, LATER) for _ in range(5)))

        assert {reply.verdict for reply in replies} == {Verdict.NOT_TRIED}
        with pytest.raises(MailServerAway):
            pool.raise_if_away()


async def test_no_mail_begins_too_late_in_its_lease_or_when_stopping(mail_server, mail_settings: Settings):
    async with SmtpPool(mail_settings, SENDER) as pool:
        late = await pool.send(MAIL, begin_before=0)
        pool.stop()
        stopping = await pool.send(MAIL, LATER)

    assert (late.verdict, stopping.verdict) == (Verdict.NOT_TRIED, Verdict.NOT_TRIED)
    assert mail_server.attempts == []


async def test_a_server_that_does_not_answer_in_time_is_tried_later(mail_server, mail_settings: Settings):
    mail_server.answers.clear()
    async with SmtpPool(mail_settings, SENDER) as pool, asyncio.timeout(10):
        unanswered = await pool.send(MAIL, LATER)
        mail_server.answers.set()
        again = await pool.send(MAIL, LATER)

    assert (unanswered.verdict, again.verdict) == (Verdict.LATER, Verdict.SENT)
    assert mail_server.connections == 2
