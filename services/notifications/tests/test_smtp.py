import asyncio

import pytest
from pydantic import ValidationError

from notifications import smtp
from notifications.connection import MailServerAway, connection_options
from notifications.mails import Mail, Sender
from notifications.outcomes import Outcome, Verdict
from notifications.smtp import Recorded, SmtpPool
from shared.settings import Settings
from testkit.waiting import until

SENDER = Sender.parse("no-reply@kommun.example", "kontakt@kommun.example", "https://kommun.example")
MAIL = Mail("anna@example.se", b"Subject: Hej\r\n\r\nHej\r\n")


async def send(pool: SmtpPool) -> Outcome:
    """Send the mail, whose outcome is recorded at once."""
    outcomes: list[Outcome] = []

    async def may_go() -> bool:
        return True

    async def recorded() -> bool:
        return True

    def end(outcome: Outcome) -> Recorded:
        outcomes.append(outcome)
        return recorded

    await pool.send(MAIL, may_go, end)
    [outcome] = outcomes
    return outcome


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
        ("mail_lease_seconds", "61", "less than or equal to 60"),
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
            await send(pool)

    assert len(mail_server.accepted) == 3
    assert mail_server.connections == 1


async def test_a_connection_that_broke_while_idle_costs_no_mail_its_attempt(mail_server, mail_settings: Settings):
    async with SmtpPool(mail_settings, SENDER) as pool:
        await send(pool)
        [idle] = [slot.connection for slot in pool._slots if slot.connection]
        await mail_server.stop()
        await mail_server.start()
        await until(lambda: not idle.is_open)
        second = await send(pool)

    assert second.verdict is Verdict.SENT
    assert mail_server.connections == 2


async def test_a_refused_mail_does_not_spoil_its_connection(mail_server, mail_settings: Settings):
    mail_server.refuse_recipient = ["550 5.1.1 unknown"]
    async with SmtpPool(mail_settings, SENDER) as pool:
        first = await send(pool)
        second = await send(pool)

    assert (first.verdict, second.verdict) == (Verdict.NO_SUCH_RECIPIENT, Verdict.SENT)


async def test_a_server_that_is_away_is_said_to_be(mail_server, mail_settings: Settings):
    await mail_server.stop()
    async with SmtpPool(mail_settings, SENDER) as pool:
        replies = await asyncio.gather(*(send(pool) for _ in range(5)))

        assert {reply.verdict for reply in replies} == {Verdict.NOT_TRIED}
        assert isinstance(pool.away, MailServerAway)


async def test_no_mail_begins_when_the_mailer_stops(mail_server, mail_settings: Settings):
    async with SmtpPool(mail_settings, SENDER) as pool:
        pool.stop()
        stopping = await send(pool)

    assert stopping.verdict is Verdict.NOT_TRIED
    assert mail_server.attempts == []


async def test_a_server_that_does_not_answer_in_time_is_tried_later(mail_server, mail_settings: Settings):
    mail_server.answers.clear()
    async with SmtpPool(mail_settings, SENDER) as pool, asyncio.timeout(10):
        unanswered = await send(pool)
        mail_server.answers.set()
        again = await send(pool)

    assert (unanswered.verdict, again.verdict) == (Verdict.LATER, Verdict.SENT)
    assert mail_server.connections == 2


async def test_a_server_that_takes_fewer_connections_gets_as_many_and_no_mail_is_put_off(
    mail_server, mail_settings: Settings
):
    mail_server.most_connections = 2
    mail_server.answers.clear()
    settings = mail_settings.model_copy(update={"smtp_connections": 6, "mail_seconds": 60})

    async with SmtpPool(settings, SENDER) as pool:
        sending = [asyncio.ensure_future(send(pool)) for _ in range(20)]
        await until(lambda: mail_server.refused_connections)
        mail_server.answers.set()
        outcomes = await asyncio.gather(*sending)

    assert {outcome.verdict for outcome in outcomes} == {Verdict.SENT}
    assert mail_server.connections <= 6


@pytest.mark.parametrize("answer", ["421 4.3.2 Too many mails", "451 4.7.1 Slow down"])
async def test_a_server_that_asks_for_it_is_given_a_pause(mail_server, mail_settings: Settings, monkeypatch, answer):
    monkeypatch.setattr(smtp, "FIRST_PAUSE_SECONDS", 60)
    monkeypatch.setattr(smtp, "LONGEST_PAUSE_SECONDS", 60)
    mail_server.refuse_recipient = [answer]

    async with SmtpPool(mail_settings, SENDER) as pool:
        put_off = await send(pool)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.5):
                await send(pool)

    assert put_off.verdict is Verdict.LATER
    assert mail_server.accepted == []
