"""Who asks, as far as an address tells."""

from functools import lru_cache
from ipaddress import IPv4Address, IPv6Network, ip_address

from starlette.types import Scope


def client_of(scope: Scope) -> str:
    """Whom limits count: an IPv4 address, or the /64 that an IPv6 one is in, since whoever has one has them all."""
    return _subscriber(scope["client"][0]) if scope.get("client") else "unknown"


@lru_cache(10_000)
def _subscriber(host: str) -> str:
    try:
        address = ip_address(host)
    except ValueError:
        return "unknown"
    if isinstance(address, IPv4Address):
        return str(address)
    return str(address.ipv4_mapped or IPv6Network((int(address), 64), strict=False))
