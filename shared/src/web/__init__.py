"""The HTTP edge: one transaction per request, problem+json, Idempotency-Key, staff tokens, limits, health."""

from shared.group_commit import NewRow
from shared.staff import Person
from web.api import create_api
from web.contacts import contacts_router
from web.dead_letters import dead_letters_router
from web.definitions import definitions_router
from web.language import Caller
from web.parked import parked_events_router
from web.recipients import RecipientLimit, TooManyMails
from web.refusals import refusals
from web.router import Router
from web.staff import RequireRole
from web.submissions import Submission
from web.transaction import Now, Reading, Today, Transaction
from web.within import InTransaction

__all__ = [
    "Caller",
    "InTransaction",
    "NewRow",
    "Now",
    "Person",
    "Reading",
    "RecipientLimit",
    "RequireRole",
    "Router",
    "Submission",
    "Today",
    "TooManyMails",
    "Transaction",
    "contacts_router",
    "create_api",
    "dead_letters_router",
    "definitions_router",
    "parked_events_router",
    "refusals",
]
