"""What every route of ours says of its address: which query it reads, and where what it made is."""

from collections.abc import Collection

from fastapi import Request

from shared.errors import Invalid
from web.validation import violation_of


def require_known_query(request: Request, known: Collection[str]) -> None:
    """Raise Invalid when the query has what nobody reads."""
    if not request.scope["query_string"]:
        return
    if unknown := [name for name in request.query_params if name not in known]:
        errors = ({"type": "extra_forbidden", "loc": ("query", name)} for name in unknown)
        raise Invalid(*map(violation_of, errors))


def location_of(path: str, name: str) -> str:
    """Where it is: below what it was sent to, or what was changed there. Without the host, which a caller chooses."""
    before, found, _ = path.partition(f"/{name}")
    return before + found if found else f"{path}/{name}"
