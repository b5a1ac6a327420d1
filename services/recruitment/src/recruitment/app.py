"""What recruitment runs. Each name is an ASGI app: `uvicorn recruitment.app:api`."""

from bus.relay import create_relay
from recruitment.api import ads, cancelling, events, participants
from recruitment.texts import find_links, find_reasons
from shared.settings import Settings
from shared.staff import RECRUITMENT
from web import contacts_router, create_api, parked_events_router

settings = Settings(service="recruitment")

api = create_api(
    settings,
    ads.router,
    events.router,
    participants.router,
    cancelling.router,
    parked_events_router(settings),
    description="Companies post job ads, officers publish them and announce events, and people register for the seats.",
    internal=[contacts_router([RECRUITMENT], find_reasons, find_links(settings.resident_pages))],
)
relay = create_relay(settings)
