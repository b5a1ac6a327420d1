"""The HTTP edge: one transaction per request, problem+json, Idempotency-Key, staff tokens, limits, health."""

from shared.group_commit import NewRow
from shared.http.api import create_api
from shared.http.contacts import contacts_router
from shared.http.language import Caller
from shared.http.limits import RecipientLimit, TooManyMails
from shared.http.refusals import refusals
from shared.http.router import Router
from shared.http.staff import Person, RequireRole
from shared.http.submissions import Submission
from shared.http.transaction import Now, Reading, Today, Transaction

__all__ = [
    "Caller",
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
    "refusals",
]
