"""What the pages ask of permit-guide. Answers go as they stand in the address."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from portal.clients.base import Client, Read

Answers = Mapping[str, Sequence[str]]


class Named(Read):
    id: str
    title: str


class Option(Read):
    value: str
    label: str


class Question(Read):
    id: str
    type: str
    label: str
    help: str | None
    options: Sequence[Option]
    optional: bool


class Guide(Read):
    title: str
    questions: Sequence[Question]


class Because(Read):
    question: str
    label: str
    answer_label: str


class Given(Because):
    asked: bool
    optional: bool


class Rule(Read):
    obligation: Named
    verdict: str
    because: Sequence[Because]
    waits_for: Sequence[Named]
    legal_basis: Sequence[str]
    valid_to: date | None
    in_time: bool
    note: str | None


class Heading(Read):
    title: str
    text: str


class EServiceLink(Read):
    id: str
    answers: dict[str, Any]


class Obligation(Named):
    kind: Named
    authority: Named
    lead_time_label: str | None
    requires_first: Sequence[Named]
    first: Sequence[str]
    begins: date | None
    earliest_start: date | None
    due: date | None
    fee: str
    rule: Rule
    eservice: EServiceLink | None
    headings: Sequence[Heading]


class Result(Read):
    version: str
    day: date
    earliest_start: date | None
    answers: Sequence[Given]
    next: Question | None
    missing: Sequence[Named]
    optional: Sequence[Named]
    obligations: Sequence[Obligation]
    rules: Sequence[Rule]


class Match(Named):
    summary: str
    authority: Named
    eservice: str | None


class Found(Read):
    found: Sequence[Match]


class PermitGuide(Client):
    service = "permit-guide"

    async def questions(self, version: str | None) -> Guide:
        return await self.get("/permit-guide", Guide, {"definition": version})

    async def result(self, answers: Answers, day: str | None, version: str | None) -> Result:
        """By the version of the guide that the answers were given to; without one, by that which holds."""
        return await self.get("/permit-guide/result", Result, {**answers, "date": day, "definition": version})

    async def search(self, words: str) -> Sequence[Match]:
        return (await self.get("/permit-guide/search", Found, {"q": words})).found
