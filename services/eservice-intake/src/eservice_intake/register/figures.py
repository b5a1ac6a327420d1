"""What the statistics tell: numbers of cases, and of nobody."""

from datetime import date
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from shared.pagination import digits


class Period(BaseModel):
    """Which numbers are wanted."""

    model_config = ConfigDict(extra="forbid")

    unit: str | None = Field(None, max_length=100, examples=["avlopp"])
    weeks: Annotated[int, BeforeValidator(digits)] = Field(12, ge=1, le=53, description="This week and those before.")


class Week(BaseModel):
    begins_on: date = Field(description="Its Monday.")
    received: int
    settled: int


class EServiceTime(BaseModel):
    """How long cases of an e-service took that were decided."""

    eservice: str = Field(examples=["enskilt-avlopp"])
    title: str = Field(examples=["Enskilt avlopp"])
    decided: int
    median_days: float


class Age(BaseModel):
    """How many open cases came so many days ago."""

    at_least_days: int
    below_days: int | None = Field(description="`null` when the class has no end.")
    open: int


class UnitChoice(BaseModel):
    id: str = Field(examples=["avlopp"])
    label: str = Field(examples=["Avlopp"])


class Statistics(BaseModel):
    """Cases in numbers: now, and of the period."""

    from_on: date
    to_on: date
    open: int = Field(description="Now: neither decided nor ended in another way.")
    overdue: int = Field(description="How many of the open ones have a day that has passed.")
    received: int
    settled: int
    median_days: float | None = Field(description="From receipt to the first decision. `null` when none was made.")
    median_days_before: float | None = Field(description="Of the period of the same length before.")
    weeks: list[Week]
    eservices: list[EServiceTime] = Field(description="The slowest first.")
    ages: list[Age] = Field(description="Of the open ones, the youngest first.")
    units: list[UnitChoice] = Field(description="Those that the caller may ask for.")
