from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from housing.app import api
from testkit.plugin import Headers


@pytest.fixture
def app() -> FastAPI:
    return api


@pytest.fixture
def house_form() -> dict[str, Any]:
    """What an owner sends in."""
    return {
        "property_designation": "Lockne-Byn 2:15",
        "area": "Lockne",
        "position": {"easting": 487_312, "northing": 6_990_871},
        "house_type": "farm",
        "condition": "renovate",
        "offer": "sale",
        "price_idea": 450_000,
        "year_built": 1923,
        "living_area_m2": 110,
        "lot_area_m2": 2_500,
        "rooms": 5,
        "heating": "wood",
        "water": "well",
        "sewage": "failed",
        "electricity": True,
        "fibre": False,
        "distance_to_school_km": 4.5,
        "years_empty": 12,
        "description": "Mangårdsbyggnad från 1923 med utsikt över sjön. Pris omkring 450 000 kr.",
        "owner": {"name": "Märta Hemlig", "email": "marta@example.com", "phone": "070-123 45 67", "language": "sv"},
        "listing_consent": True,
    }


@pytest.fixture
def interest_form() -> dict[str, Any]:
    """What a seeker sends in."""
    return {
        "name": "Sam Seeker",
        "email": "sam@example.com",
        "phone": "+47 22 12 34 56",
        "language": "en",
        "message": "We are a family of four and would like to see the house.",
    }


Submit = Callable[..., Awaitable[str]]


@pytest.fixture
def submitted(client: httpx.AsyncClient, house_form: dict[str, Any]) -> Submit:
    """Sends in a house and gives its id: `await submitted(area="Ås")`."""

    async def submit(**changes: Any) -> str:
        response = await client.post("/houses", json={**house_form, **changes})
        return str(response.json()["id"])

    return submit


@pytest.fixture
def listed(client: httpx.AsyncClient, submitted: Submit, staff: Callable[..., Headers]) -> Submit:
    """Sends in a house, publishes it and gives its id."""

    async def publish(**changes: Any) -> str:
        house_id = await submitted(**changes)
        await client.post(f"/houses/{house_id}/publication", headers=staff("housing-officer"))
        return house_id

    return publish
