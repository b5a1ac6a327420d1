"""What notifications runs. Each name is an ASGI app: `uvicorn notifications.app:consumer`."""

from bus.consumer import create_consumer
from bus.relay import create_relay
from bus.worker import create_worker
from notifications import subscribers
from notifications.api import deliveries, inbox, previews, queues, tasks
from notifications.mailer import Mailer
from notifications.rules.routing import PUBLISHED, RoutingTrials, routing
from shared.settings import Settings
from web import create_api, dead_letters_router, definitions_router, parked_events_router

settings = Settings(service="notifications")
routing()  # a broken file ends the process here, with one line

api = create_api(
    settings,
    queues.router,
    tasks.router,
    inbox.router,
    deliveries.router,
    previews.router,
    dead_letters_router(settings),
    parked_events_router(settings),
    definitions_router(settings),
    description="Staff see their queues, take tasks, and see what became of the mails.",
    published={PUBLISHED: RoutingTrials()},
)
relay = create_relay(settings)
consumer = create_consumer(settings, subscribers.router, published=[PUBLISHED])
mailer = create_worker(settings, Mailer)
