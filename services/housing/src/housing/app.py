"""What housing runs. Each name is an ASGI app: `uvicorn housing.app:api`."""

from housing.api import router
from shared.http import create_api
from shared.relay import create_relay
from shared.settings import Settings

settings = Settings(service="housing")

api = create_api(settings, router, title="housing")
relay = create_relay(settings)
