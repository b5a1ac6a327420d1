"""What eservice-intake runs. Each name is an ASGI app: `uvicorn eservice_intake.app:api`."""

from functools import cache, partial
from typing import Any

from fastapi import FastAPI

from bus.consumer import create_consumer
from bus.relay import create_relay
from bus.worker import create_worker
from definitions.kinds import Trials
from definitions.published import Published
from eservice_intake import subscribers
from eservice_intake.applications import api as applications
from eservice_intake.applications import following, previews, signing, step_previews
from eservice_intake.attachments import applicants as own_attachments
from eservice_intake.attachments.api import create_router
from eservice_intake.attachments.purge import purge_unused
from eservice_intake.attachments.scanner import Scanner
from eservice_intake.attachments.storage import Storage
from eservice_intake.bookings import api as bookings
from eservice_intake.bookings import booking
from eservice_intake.bookings import staff as times
from eservice_intake.bookings.booking import DUE_TIMES
from eservice_intake.cases import api as cases
from eservice_intake.cases import linking
from eservice_intake.cases.definitions import Definitions
from eservice_intake.cases.due import DUE_CASES
from eservice_intake.cases.entries import enter_waiting
from eservice_intake.cases.finding import find_diary_numbers
from eservice_intake.catalogue import api as eservices
from eservice_intake.catalogue.eservices import PUBLISHED as eservice_catalogue
from eservice_intake.catalogue.eservices import catalogue
from eservice_intake.catalogue.trials import EServiceTrials
from eservice_intake.clock.due import Due
from eservice_intake.clock.process import create_clock
from eservice_intake.decisions import api as decisions
from eservice_intake.decisions import (
    appealing,
    applicants,
    changing,
    courts,
    delegated,
    downloads,
    notifying,
    redress,
    sent_again,
)
from eservice_intake.decisions.delegation import PUBLISHED as delegation_published
from eservice_intake.decisions.delegation import decisions as delegation
from eservice_intake.decisions.due import DUE_DECISIONS
from eservice_intake.decisions.enclosures import enclosures_router
from eservice_intake.decisions.trials import DelegationTrials
from eservice_intake.documents import api as documents
from eservice_intake.documents.pdf import Typesetter
from eservice_intake.drafts import api as drafts
from eservice_intake.feedback import api as feedback
from eservice_intake.feedback import published as open_data
from eservice_intake.feedback.figures import publish_figures
from eservice_intake.fees import api as fees
from eservice_intake.fees import exports as fee_exports
from eservice_intake.fees.definitions import PUBLISHED as fees_published
from eservice_intake.fees.definitions import fee_tables
from eservice_intake.fees.trials import FeeTrials
from eservice_intake.identities.numbers import Seal
from eservice_intake.identities.residents import Residents, say_what_is_closed, schemes_of
from eservice_intake.lookups.registers import Registers
from eservice_intake.people import api as people
from eservice_intake.people.purging import DUE_RETENTION
from eservice_intake.people.retention import retention
from eservice_intake.referrals import api as referrals
from eservice_intake.register import api as register
from eservice_intake.register import statistics, trials
from eservice_intake.register.listing import listing, searching
from eservice_intake.settings import IntakeSettings
from eservice_intake.surveys import api as surveys
from eservice_intake.surveys import due as rounds
from eservice_intake.surveys import published
from eservice_intake.surveys.due import DUE_SURVEYS
from web import contacts_router, create_api, dead_letters_router, definitions_router, parked_events_router

PUBLISHED: dict[Published[Any], Trials[Any]] = {
    eservice_catalogue: EServiceTrials(),
    fees_published: FeeTrials(),
    delegation_published: DelegationTrials(),
}
DUES: list[Due[Any]] = [DUE_CASES, *DUE_DECISIONS, signing.UNSIGNED, DUE_TIMES, DUE_RETENTION, *DUE_SURVEYS]

OF_FEEDBACK = (feedback.forget_comments, publish_figures)

settings = IntakeSettings()
storage = Storage(settings)
catalogue(), delegation(), retention(), fee_tables()  # a broken file ends the process here, with one line

ROUTERS = [
    eservices.router,
    redress.router,
    applications.router,
    own_attachments.router,
    drafts.router,
    listing,
    searching,
    register.router,
    statistics.router,
    trials.router,
    cases.router,
    linking.router,
    referrals.router,
    decisions.router,
    changing.router,
    appealing.router,
    courts.router,
    notifying.router,
    delegated.router,
    fees.router,
    fees.estimating,
    fee_exports.router,
    previews.router,
    step_previews.router,
    sent_again.router,
    downloads.router,
    applicants.router,
    documents.router,
    signing.router,
    following.router,
    feedback.router,
    open_data.router,
    times.router,
    bookings.router,
    people.erasing,
    people.extracting,
    surveys.router,
    published.router,
    create_router(settings),
    dead_letters_router(settings),
    parked_events_router(settings),
    definitions_router(settings),
]
INTERNAL = [
    contacts_router(
        catalogue().units,
        find_diary_numbers,
        *(about.find_links(settings.resident_pages) for about in (booking, signing, referrals, notifying, rounds)),
    ),
    enclosures_router(catalogue().units),
]

consumer = create_consumer(settings, subscribers.router)
relay = create_relay(settings)
clock = create_clock(
    settings,
    dues=DUES,
    purges=[partial(purge_unused, storage), drafts.purge_drafts, enter_waiting, *OF_FEEDBACK],
    published=list(PUBLISHED),
)
scanner = create_worker(settings, Scanner)


@cache
def _api() -> FastAPI:
    api = create_api(
        settings,
        *ROUTERS,
        description="The catalogue of e-services, and the applications, notifications and reports that people send in.",
        internal=INTERNAL,
        schemes=schemes_of(settings),
        at_start=partial(say_what_is_closed, settings),
        published=PUBLISHED,
    )
    api.state.storage = storage
    api.state.typesetter = Typesetter(settings.typesetter_socket)
    api.state.seal = Seal(settings)
    api.state.registers = Registers(settings)
    api.state.definitions = Definitions()
    api.state.residents = Residents(settings)
    return api


def __getattr__(name: str) -> FastAPI:
    """The API is made where it is asked for: its routes take memory that no other process needs."""
    if name != "api":
        raise AttributeError(name)
    return _api()
