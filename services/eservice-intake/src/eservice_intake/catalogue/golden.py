"""Cases that an e-service gives, which every change of it is tried on."""

from typing import Any

from pydantic import Field

from eservice_intake.catalogue.labels import Model, Words


class GoldenCase(Model):
    """Answers, and what must become of them."""

    name: Words
    answers: dict[str, Any]
    wrong: dict[str, str] = Field(default_factory=dict, description="The code of what is wrong, by field.")
    kind: str | None = None
    unit: str | None = None
