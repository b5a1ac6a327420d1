"""The same way with nothing kept: one record to Kafka and back, one mail that was written before."""

import time

from aiokafka import AIOKafkaConsumer
from aiosmtplib import SMTP

from deploy.bench.own_topics import RAW
from deploy.bench.submissions import recipient
from notifications.smtp import connection_options
from shared.kafka import create_producer
from shared.settings import Settings

SENDER = "bench@example.com"


async def milliseconds(count: int) -> list[float]:
    """How long each record took until its mail was accepted."""
    settings = Settings(service="notifications")
    consumer = AIOKafkaConsumer(RAW, bootstrap_servers=settings.kafka_bootstrap_servers)
    mail = b"Subject: raw\r\n\r\n" + 500 * b"x"
    took = []
    async with consumer, create_producer(settings) as producer, SMTP(**connection_options(settings.smtp_url)) as smtp:
        await consumer.seek_to_end()
        for number in range(count):
            began = time.perf_counter()
            await producer.send_and_wait(RAW, mail, str(number).encode())
            await consumer.getone()
            await smtp.sendmail(SENDER, recipient(number), mail)
            took.append((time.perf_counter() - began) * 1000)
    return took
