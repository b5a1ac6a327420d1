"""The HTTP edge: one transaction per request, problem+json, Idempotency-Key, staff tokens, limits, health."""

from shared.http.api import create_api
from shared.http.idempotency import Router
from shared.http.limits import RecipientLimit
from shared.http.staff import Person, require_role
from shared.http.transaction import Caller, Reading, Transaction

__all__ = [
    "Caller",
    "Person",
    "Reading",
    "RecipientLimit",
    "Router",
    "Transaction",
    "create_api",
    "require_role",
]
