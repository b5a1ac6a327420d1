"""Who works here, as far as a service must know."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Person:
    """Who makes the request, as the issuer says."""

    subject: str
    name: str
    roles: frozenset[str]
