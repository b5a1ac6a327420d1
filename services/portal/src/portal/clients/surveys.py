"""The business survey at eservice-intake: whether it is open, its results, and what staff do with its rounds."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import httpx2

from portal.clients.base import Client, Read
from portal.clients.lists import Listed

SURVEY = "naringslivsundersokning"
"""The e-service that companies answer it as."""


class Round(Read):
    id: UUID
    name: str
    answer_by: date


class Surveys(Read):
    open: Round | None
    closed: Sequence[Round]


class Reason(Read):
    reason: str
    companies: int | None


class Occupation(Read):
    occupation: str
    needed_now: int | None
    needed_within_12_months: int | None


class Sector(Read):
    """None is not shown."""

    sector: str
    companies: int | None
    needed_now: int | None
    needed_within_12_months: int | None
    hard_to_recruit: int | None
    occupations: Sequence[Occupation]
    reasons: Sequence[Reason]

    @property
    def is_shown(self) -> bool:
        """Whether any of its figures is."""
        figures = (self.companies, self.needed_now, self.needed_within_12_months, self.hard_to_recruit)
        return bool(self.occupations or self.reasons) or any(one is not None for one in figures)


class Figures(Read):
    companies: int | None
    needed_now: int | None
    needed_within_12_months: int | None
    sectors: Sequence[Sector]


class Words(Read):
    sectors: Mapping[str, str]
    occupations: Mapping[str, str]
    reasons: Mapping[str, str]


class Result(Round):
    figures: Figures
    words: Words


class RoundOfStaff(Round):
    """How many were invited and have answered is not known for ever."""

    opened_at: datetime
    closed_at: datetime | None
    invited: int | None
    answered: int | None


class Company(Read):
    name: str
    email: str
    remind_on: date | None
    reminded_at: datetime | None
    has_answered: bool


class RoundWithCompanies(RoundOfStaff):
    companies: Sequence[Company]


class Invited(Read):
    invited: int
    known: int


class SurveysClient(Client):
    service = "eservice-intake"

    async def surveys(self) -> Surveys:
        return await self.get("/surveys", Surveys)

    async def result(self, round_id: UUID) -> Result:
        return await self.get("/surveys/{round_id}", Result, round_id=str(round_id))

    async def result_file(self, round_id: UUID, kind: str) -> httpx2.Response:
        return await self.file("/surveys/{round_id}", params={"format": kind}, round_id=str(round_id))

    async def rounds(self, after: str = "") -> Listed[RoundOfStaff]:
        return await self.get("/survey-rounds", Listed[RoundOfStaff], {"after": after})

    async def round(self, round_id: UUID) -> RoundWithCompanies:
        return await self.get("/survey-rounds/{round_id}", RoundWithCompanies, round_id=str(round_id))

    async def open(self, form: Mapping[str, Any], key: str) -> RoundOfStaff:
        return await self.post("/survey-rounds", RoundOfStaff, form, key=key)

    async def invite(self, round_id: UUID, companies: Sequence[Mapping[str, str]], key: str) -> Invited:
        form = {"companies": companies}
        return await self.post("/survey-rounds/{round_id}/invitations", Invited, form, key=key, round_id=str(round_id))

    async def close(self, round_id: UUID) -> RoundOfStaff:
        return await self.post("/survey-rounds/{round_id}/closure", RoundOfStaff, round_id=str(round_id))
