"""Serves an API: `kommunbuss-serve housing.app:api`, with uvicorn's options and within the bounds of web.protocol."""

from collections.abc import Sequence

from uvicorn.config import HTTP_PROTOCOLS
from uvicorn.main import main as uvicorn

from shared.settings import Settings

BOUNDED = "web.protocol:BoundedProtocol"
MOST_CONNECTIONS = 500


class Unbounded(Exception):
    """In production, start the API with `kommunbuss-serve` in place of `uvicorn`: one client could fill its memory."""


def require_bounds(settings: Settings) -> None:
    """Raises Unbounded."""
    if settings.in_production and HTTP_PROTOCOLS["auto"] != BOUNDED:
        raise Unbounded(Unbounded.__doc__)


def main(arguments: Sequence[str] | None = None) -> None:
    HTTP_PROTOCOLS["auto"] = BOUNDED
    defaults = {"limit_concurrency": MOST_CONNECTIONS, "access_log": False, "server_header": False}
    uvicorn(arguments, prog_name="kommunbuss-serve", default_map=defaults)
