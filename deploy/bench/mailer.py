"""How fast the mailer empties its queue, beside mails written before and sent over one connection."""

import time
from uuid import uuid4

import uvloop
from aiosmtplib import SMTP

from deploy.bench import sink
from deploy.bench.figures import Figure
from deploy.bench.place import Place
from deploy.bench.processes import Broken
from deploy.bench.submissions import TITLE, events, recipient
from notifications.mailer import open_mailroom, send_due
from notifications.mails import Addressee, Mail, Sender, write
from notifications.models import Delivery
from notifications.rules import Priority
from notifications.smtp import connection_options
from notifications.subscribers import notify
from shared.database import Database
from shared.events import Language
from shared.settings import Settings


def measure(place: Place, runs: int, count: int) -> list[Figure]:
    sent, raw = [], []
    for _ in range(runs):
        with place.fresh() as folder, sink.started(folder) as mails:
            raw.append(uvloop.run(raw_mails(count)))
            sent.append(uvloop.run(send(count)))
            if len(mails.look()) != count:
                raise Broken(f"{len(mails.look())} of {count} mails arrived")
    return [Figure("mailer", "mails/s", sent, "ready bytes on one connection", raw, raw_share=0.4)]


async def send(count: int) -> float:
    settings = Settings(service="notifications")
    database = Database(settings)
    await _queue(database, count)
    async with open_mailroom(settings, database) as mailroom:
        began = time.perf_counter()
        while await send_due(database, mailroom):
            pass
        seconds = time.perf_counter() - began
    await database.close()
    return count / seconds


async def _queue(database: Database, count: int) -> None:
    for batch in events(count):
        async with database.transaction() as tx:
            await notify(list(batch), tx)


async def raw_mails(count: int) -> float:
    settings = Settings(service="notifications")
    sender = Sender.parse(settings.mail_from)
    mails = [_write(number, sender) for number in range(count)]
    async with SMTP(**connection_options(settings.smtp_url)) as smtp:
        began = time.perf_counter()
        for mail in mails:
            await smtp.sendmail(sender.address, mail.recipient, mail.content)
        return count / (time.perf_counter() - began)


def _write(number: int, sender: Sender) -> Mail:
    context = {"reference": "ABCD-2345", "title": TITLE[Language.SWEDISH]}
    delivery = Delivery(
        event_id=uuid4(),
        about="",
        recipient=recipient(number),
        template="application_received",
        context=context,
        priority=Priority.RECEIPT,
    )
    return write(delivery, Addressee(delivery.recipient, Language.SWEDISH), sender)
