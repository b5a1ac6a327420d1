"""What the pages ask of permit-guide's registers: nobody is a person there."""

from collections.abc import Sequence
from datetime import date

from portal.clients.base import Client, Read
from portal.clients.lists import Listed

MOST_SUGGESTIONS = 8


class Company(Read):
    name: str
    street: str | None
    postal_code: str | None
    city: str | None
    country: str | None
    deregistered_on: date | None


class Address(Read):
    address: str
    postal_code: str
    city: str
    property_designation: str
    easting: float
    northing: float


class Property(Read):
    addresses: Sequence[Address]


class Registers(Client):
    service = "permit-guide"

    async def company(self, number: str) -> Company:
        return await self.get("/lookups/company/{number}", Company, number=number)

    async def addresses(self, begins: str) -> Sequence[Address]:
        params = {"q": begins, "limit": MOST_SUGGESTIONS}
        return (await self.get("/lookups/addresses", Listed[Address], params)).items

    async def addresses_of(self, designation: str) -> Sequence[Address]:
        """Of a property."""
        found = await self.get("/lookups/property/{designation}", Property, designation=designation)
        return found.addresses[:MOST_SUGGESTIONS]
