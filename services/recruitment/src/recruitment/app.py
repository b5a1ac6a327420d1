"""What recruitment runs. Each name is an ASGI app: `uvicorn recruitment.app:api`."""

from recruitment.api import ads, events
from shared.http import create_api
from shared.relay import create_relay
from shared.settings import Settings

settings = Settings(service="recruitment")

api = create_api(settings, ads.router, events.router, title="recruitment")
relay = create_relay(settings)
