"""Keys that personal identity numbers are sealed with."""

import asyncio
from importlib import import_module

from operations.console import console, known, who

SERVICE = "eservice-intake"


def reseal() -> None:
    """Seal every personal identity number anew with the first of IDENTITY_KEYS. Then the others may be thrown away."""
    known(SERVICE)
    import_module("eservice_intake.models")
    resealing = import_module("eservice_intake.people.resealing")
    count = asyncio.run(resealing.reseal(who()))
    console().print(f"{SERVICE}: {count} sealed anew")
