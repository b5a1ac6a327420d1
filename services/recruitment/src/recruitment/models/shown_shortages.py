"""Occupations that people are wanted in, as everybody is told."""

from pydantic import BaseModel, Field

from recruitment.models.ads import Sector


class OccupationShown(BaseModel):
    ssyk: str = Field(description="SSYK 2012: a code, or how several begin.", examples=["5120"])
    title: str = Field(examples=["Cooks and cold-buffet managers"])


class SectorShown(BaseModel):
    id: Sector
    title: str = Field(examples=["Restaurants and hotels"])
    occupations: list[OccupationShown]


class ShortageListShown(BaseModel):
    version: str = Field(description="The hash of what it says.")
    title: str = Field(examples=["Shortage occupations"])
    source: str = Field(description="What it is known from.")
    sectors: list[SectorShown]
