"""Asks permit-guide what registers know, within a deadline, and goes on without it when it is away."""

import asyncio
import time
from collections.abc import Coroutine
from functools import cached_property
from typing import Any, TypeVar
from urllib.parse import quote

import httpx
from pydantic import BaseModel

from eservice_intake.catalogue.eservices import EService
from eservice_intake.lookups.rules import (
    Answers,
    Areas,
    Check,
    Company,
    NotAsked,
    Property,
    Questions,
    Unknown,
    area_check,
    company_check,
    name_field,
    property_check,
    questions_of,
)
from eservice_intake.settings import IntakeSettings
from shared.logging import log

T = TypeVar("T", bound=BaseModel)
LEFT_ALONE_SECONDS = 5
"""After it did not answer, so that not everybody waits for it."""


class Registers:
    """What registers know, as far as they answer in time."""

    def __init__(self, settings: IntakeSettings, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._url = settings.lookups_url
        self._seconds = settings.lookup_milliseconds / 1000
        self._away_until = float("-inf")
        self._transport = transport or httpx.AsyncHTTPTransport(limits=httpx.Limits(max_keepalive_connections=0))

    @cached_property
    def _http(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(base_url=self._url or "", timeout=self._seconds, transport=self._transport)

    async def checks(self, eservice: EService, answers: Answers) -> list[Check]:
        """What registers say of the answers. Nobody waits longer than the deadline, nor where nothing is asked."""
        if self._url is None:
            return []
        questions = questions_of(eservice, answers)
        if not questions.asks:
            return []
        until = asyncio.get_running_loop().time() + self._seconds
        asked: list[Coroutine[Any, Any, list[Check]]] = [self._of_place(questions, answers, until)]
        if questions.company:
            asked.append(self._of_company(questions.company, answers, name_field(eservice), until))
        return [check for checks in await asyncio.gather(*asked) for check in checks]

    async def _of_company(self, field: str, answers: Answers, name: str, until: float) -> list[Check]:
        found = await self._ask(Company, until, f"/lookups/company/{answers[field]}")
        return [company_check(field, answers.get(name), found)]

    async def _of_place(self, questions: Questions, answers: Answers, until: float) -> list[Check]:
        """A point that somebody has given says where it is, or else the property does."""
        checks, place = [], questions.point
        if questions.designation:
            designation = quote(str(answers[questions.designation]), safe="")
            found = await self._ask(Property, until, f"/lookups/property/{designation}")
            checks.append(property_check(questions.designation, found))
            place = place or (found if isinstance(found, Property) else None)
        if questions.protection:
            areas = await self._ask(Areas, until, "/lookups/areas", place) if place else NotAsked()
            checks.append(area_check(questions.protection, answers[questions.protection], areas))
        return checks

    async def _ask(
        self, kind: type[T], until: float, path: str, params: BaseModel | None = None
    ) -> T | Unknown | NotAsked:
        if time.monotonic() < self._away_until:
            return NotAsked()
        try:
            async with asyncio.timeout_at(until):
                answer = await self._http.get(path, params=params.model_dump() if params else None)
            if answer.status_code == httpx.codes.NOT_FOUND:
                return Unknown()
            return kind.model_validate_json(answer.raise_for_status().content)
        except (httpx.HTTPError, TimeoutError, ValueError) as error:
            if not isinstance(error, httpx.HTTPStatusError):
                self._away_until = time.monotonic() + LEFT_ALONE_SECONDS
            log.warning("a register was not asked", error=type(error).__name__)
            return NotAsked()
