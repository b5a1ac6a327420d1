"""What notifications runs. Each name is an ASGI app: `uvicorn notifications.app:consumer`."""

from notifications import api as staff
from notifications import subscribers
from notifications.mailer import Mailer
from shared.consumer import create_consumer
from shared.http import create_api
from shared.settings import Settings
from shared.worker import create_worker

settings = Settings(service="notifications")

api = create_api(
    settings, staff.router, description="Staff see their queues, take tasks, and see what became of the mails."
)
consumer = create_consumer(settings, subscribers.router)
mailer = create_worker(settings, Mailer)
