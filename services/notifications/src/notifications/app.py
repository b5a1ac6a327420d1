"""What notifications runs. Each name is an ASGI app: `uvicorn notifications.app:api`."""

from notifications.api import router
from shared.http import create_api
from shared.relay import create_relay
from shared.settings import Settings

settings = Settings(service="notifications")

api = create_api(settings, router, title="notifications")
relay = create_relay(settings)
