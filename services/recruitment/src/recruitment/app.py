"""What recruitment runs. Each name is an ASGI app: `uvicorn recruitment.app:api`."""

from bus.relay import create_relay
from recruitment.api import ads, cancelling, events, participants, shortages
from recruitment.shortages import PUBLISHED, ShortageTrials, current
from recruitment.texts import find_links, find_reasons
from shared.settings import Settings
from shared.staff import RECRUITMENT
from web import contacts_router, create_api, definitions_router, parked_events_router

settings = Settings(service="recruitment")
current()  # a broken file ends the process here, with one line

api = create_api(
    settings,
    ads.router,
    events.router,
    participants.router,
    cancelling.router,
    shortages.router,
    parked_events_router(settings),
    definitions_router(settings),
    description="Companies post job ads, officers publish them and announce events, and people register for the seats.",
    internal=[contacts_router([RECRUITMENT], find_reasons, find_links(settings.resident_pages))],
    published={PUBLISHED: ShortageTrials()},
)
relay = create_relay(settings)
