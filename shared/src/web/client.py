"""Who asks, as far as an address tells."""

from contextlib import suppress
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Network, ip_address, ip_network

from starlette.types import Scope


def client_of(scope: Scope) -> str:
    """Whom limits count: an IPv4 address, or the /64 that an IPv6 one is in, since whoever has one has them all."""
    return subscriber(scope["client"][0]) if scope.get("client") else "unknown"


@lru_cache(10_000)
def is_proxy(host: str, trusted: str) -> bool:
    """Whether it is one of uvicorn's FORWARDED_ALLOW_IPS: addresses, networks, or `*`."""
    return any(one in ("*", host) or _is_within(host, one) for one in map(str.strip, trusted.split(",")))


def _is_within(host: str, network: str) -> bool:
    with suppress(ValueError):
        return ip_address(host) in ip_network(network)
    return False


@lru_cache(10_000)
def subscriber(host: str) -> str:
    """The client at an address."""
    try:
        address = ip_address(host)
    except ValueError:
        return "unknown"
    if isinstance(address, IPv4Address):
        return str(address)
    return str(address.ipv4_mapped or IPv6Network((int(address), 64), strict=False))
