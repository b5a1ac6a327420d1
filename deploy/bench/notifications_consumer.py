"""notifications' consumer, reading the bench's own topics."""

from faststream.kafka import KafkaRouter

from deploy.bench.own_topics import NAME, own_topic
from notifications.subscribers import notify
from shared.consumer import create_consumer, on_events
from shared.events import TOPICS
from shared.settings import Settings

router = KafkaRouter()
on_events(router, *map(own_topic, TOPICS), group=NAME)(notify)
consumer = create_consumer(Settings(service="notifications"), router)
