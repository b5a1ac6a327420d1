"""What notifications runs. Each name is an ASGI app: `uvicorn notifications.app:consumer`."""

from bus.consumer import create_consumer
from bus.relay import create_relay
from bus.worker import create_worker
from notifications import subscribers
from notifications.api import deliveries, inbox, previews, queues, tasks
from notifications.mailer import Mailer
from shared.settings import Settings
from web import create_api, dead_letters_router, parked_events_router

settings = Settings(service="notifications")

api = create_api(
    settings,
    queues.router,
    tasks.router,
    inbox.router,
    deliveries.router,
    previews.router,
    dead_letters_router(settings),
    parked_events_router(settings),
    description="Staff see their queues, take tasks, and see what became of the mails.",
)
relay = create_relay(settings)
consumer = create_consumer(settings, subscribers.router)
mailer = create_worker(settings, Mailer)
