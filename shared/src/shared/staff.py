"""Who works here, as far as a service must know."""

from dataclasses import dataclass
from uuid import UUID, uuid5

from shared.errors import Forbidden

ADMINISTRATOR = "administrator"
"""The role of those who see every unit."""
CASEWORKER = "caseworker"
UNIT_HEAD = "unit-head"
REGISTRATOR = "registrator"
STAFF = UUID("6f1d0a52-6c3b-5a0e-9d0b-2f6a4b6f7c11")
HOUSING = "boende"
RECRUITMENT = "rekrytering"
"""Units that services of their own turn to; those of the e-services are in their catalogue."""


class NotYourUnit(Forbidden):
    """It belongs to another unit. Your token names yours in its claim `units`."""

    sv = "Det hör till en annan enhet. Dina egna enheter står under `units` i din token."


class WrongIssuer(ValueError):
    """At the issuer's address is another issuer, or an issuer with TLS that names an address without."""


def endpoint(issuer: str, configuration: object, name: str) -> str:
    """An address from the issuer's description of itself. Raises WrongIssuer."""
    if not isinstance(configuration, dict) or configuration.get("issuer") != issuer:
        raise WrongIssuer
    url = str(configuration.get(name))
    if not url.startswith("https:" if issuer.startswith("https:") else "http"):
        raise WrongIssuer
    return url


def person_id(subject: str) -> UUID:
    """What events call the person with the subject: it tells nobody who does not know the subject who it is."""
    return uuid5(STAFF, subject)


@dataclass(frozen=True)
class Person:
    """Who makes the request, as the issuer says."""

    subject: str
    name: str
    roles: frozenset[str]
    units: frozenset[str]

    @property
    def id(self) -> UUID:
        """What events call the person."""
        return person_id(self.subject)

    @property
    def sees_all(self) -> bool:
        return ADMINISTRATOR in self.roles

    @property
    def finds_all(self) -> bool:
        """Whether the cases of every unit are listed."""
        return self.sees_all or REGISTRATOR in self.roles

    def heads(self, unit: str) -> bool:
        return UNIT_HEAD in self.roles and unit in self.units

    def require_unit(self, unit: str) -> None:
        """Raise NotYourUnit when the person does not work there."""
        if not self.sees_all and unit not in self.units:
            raise NotYourUnit
