import asyncio

from operations.console import console
from shared.kafka import create_topics
from shared.settings import Settings

GROUPS = ("notifications",)


def create() -> None:
    """Make the topics that are missing: every service's events, every consumer's dead letters and replays."""
    made = asyncio.run(create_topics(Settings(service="kommunbuss"), GROUPS))
    console().print(f"made: {', '.join(made)}" if made else "all topics are there")
