"""What housing runs. Each name is an ASGI app: `uvicorn housing.app:api`."""

from bus.relay import create_relay
from housing.api import router
from housing.texts import find_texts
from shared.settings import Settings
from shared.staff import HOUSING
from web import contacts_router, create_api, parked_events_router

settings = Settings(service="housing")

api = create_api(
    settings,
    router,
    parked_events_router(settings),
    description="Owners offer empty houses, officers publish them, and seekers write to owners whom they do not know.",
    internal=[contacts_router([HOUSING], find_texts)],
)
relay = create_relay(settings)
