"""The services that a page of staff asks alike."""

from collections.abc import Mapping
from typing import TypeVar

from starlette.exceptions import HTTPException

from portal.i18n import marked

T = TypeVar("T")
SERVICES = {
    "eservice-intake": marked("E-tjänster och ärenden"),
    "housing": marked("Tomma hus"),
    "recruitment": marked("Jobb och evenemang"),
    "permit-guide": marked("Tillståndsguiden"),
    "notifications": marked("Mejl och uppgifter"),
}
"""What staff know each by."""


def client_of(known: Mapping[str, type[T]], service: str) -> type[T]:
    """Who is asked. Raises a 404 for a service that is not one of them."""
    if service not in known:
        raise HTTPException(404)
    return known[service]
