"""The business survey at eservice-intake: whether it is open, and its results."""

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from portal.clients.base import Client, Read


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


class SurveysClient(Client):
    service = "eservice-intake"

    async def surveys(self) -> Surveys:
        return await self.get("/surveys", Surveys)

    async def result(self, round_id: UUID) -> Result:
        return await self.get("/surveys/{round_id}", Result, round_id=str(round_id))
