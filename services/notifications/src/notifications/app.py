"""What notifications runs. Each name is an ASGI app: `uvicorn notifications.app:consumer`."""

from bus.consumer import create_consumer
from bus.worker import create_worker
from notifications import api as staff
from notifications import subscribers
from notifications.mailer import Mailer
from shared.settings import Settings
from web import create_api

settings = Settings(service="notifications")

api = create_api(
    settings, staff.router, description="Staff see their queues, take tasks, and see what became of the mails."
)
consumer = create_consumer(settings, subscribers.router)
mailer = create_worker(settings, Mailer)
