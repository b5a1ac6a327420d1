"""What eservice-intake runs. Each name is an ASGI app: `uvicorn eservice_intake.app:api`."""

from bus.relay import create_relay
from eservice_intake.api import router
from eservice_intake.attachments import create_router, purge_unused
from eservice_intake.catalogue import catalogue
from shared.settings import Settings
from web import contacts_router, create_api

settings = Settings(service="eservice-intake")
catalogue()  # a broken file ends the process here, with one line

api = create_api(
    settings,
    router,
    create_router(settings),
    description="The catalogue of e-services, and the applications, notifications and reports that people send in.",
    internal=[contacts_router(catalogue().units)],
)
relay = create_relay(settings, purge_unused)
