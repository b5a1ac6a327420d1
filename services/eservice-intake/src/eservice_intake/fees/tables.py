"""The taxa: what is charged from a day on, and how that is reckoned."""

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from definitions.kinds import Versioned
from eservice_intake.catalogue.labels import Labelled, Role, Words
from eservice_intake.fees.rules import charge, whole_kronor
from shared.errors import Forbidden, Text, in_numbers

HOUR = 60
LONGEST = HOUR * 1_000
"""Minutes that one fee may be for."""


class FeeBeyondDelegation(Forbidden):
    """Your delegation does not reach this fee. Ask somebody whose delegation does to approve it."""

    concerns_security = False
    sv = "Din delegation räcker inte till avgiften. Be någon vars delegation räcker att fastställa den."


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Calculation(BaseModel):
    """How a fee was computed. It stays as it was when the taxa changes."""

    item: str
    words: dict[str, str]
    decided: dict[str, str]
    legal_basis: list[str]
    since: date
    rate: int | None
    minutes: int | None
    amount: int | None = Field(description="In kronor. None while nobody has said how long it took.")

    def lines(self, language: str) -> list[str]:
        """What it is for and how it was reckoned, in words."""
        return list(self._lines(language))

    def _lines(self, language: str) -> Iterator[str]:
        yield f"{self.words[language]} ({_TAXA.in_language(language)} {self.item})"
        if self.rate is not None and self.minutes is not None:
            hours, rate = in_numbers(_hours(self.minutes)), in_numbers(self.rate)
            total = in_numbers(_kronor(charge(self.rate, self.minutes)))
            values = {name: one.in_language(language) for name, one in (("h", hours), ("r", rate), ("t", total))}
            said = _ONE_HOUR if self.minutes == HOUR else _PRODUCT
            yield said.in_language(language).format(**values)
        elif self.rate is not None:
            yield _BY_HOUR.in_language(language).format(r=in_numbers(self.rate).in_language(language))
        if self.amount is not None:
            yield _TO_PAY.in_language(language).format(a=in_numbers(self.amount).in_language(language))
        yield f"{self.decided[language]}, {_SINCE.in_language(language)} {self.since}"


class Charge(Labelled):
    """What something costs: a fixed sum in kronor, or a rate for some minutes, or for those that it takes."""

    item: Words
    eservices: list[Words] = Field(min_length=1)
    kinds: list[Words] | None = Field(None, min_length=1)
    fixed: int | None = Field(None, ge=0)
    rate: Words | None = None
    minutes: int | None = Field(None, ge=1, le=LONGEST)

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.fixed is None) is (self.rate is None) or (self.fixed is not None and self.minutes is not None):
            raise ValueError("give either fixed, or rate with or without minutes")
        return self

    def fits(self, eservice: str, kind: str) -> bool:
        return eservice in self.eservices and (self.kinds is None or kind in self.kinds)


class RiskClass(Labelled):
    risk_class: Words
    at_least: int = Field(ge=0)


class Risk(_Strict):
    """Four answers give points, and the points a class: how often a business is controlled."""

    eservice: Words
    answers: dict[str, dict[str, int]] = Field(min_length=4, max_length=4)
    classes: list[RiskClass] = Field(min_length=1)

    @model_validator(mode="after")
    def _ends_with_all(self) -> Self:
        limits = [one.at_least for one in self.classes]
        if limits != sorted(set(limits), reverse=True) or limits[-1] != 0:
            raise ValueError("name the classes from the highest points down to 0")
        return self

    def points(self, answers: Mapping[str, Any]) -> dict[str, int] | None:
        """Of each of the four answers; of several chosen, the most. None when one of them is missing."""
        found = {name: _most(points, answers.get(name)) for name, points in self.answers.items()}
        return None if None in found.values() else {name: many or 0 for name, many in found.items()}

    def class_for(self, points: Mapping[str, int]) -> RiskClass:
        return next(one for one in self.classes if sum(points.values()) >= one.at_least)


class Deciders(_Strict):
    item: Words
    roles: list[Role] = Field(min_length=1)


class Approval(_Strict):
    """Who approves a fee, by which item of the delegation order."""

    as_computed: Deciders
    changed: Deciders

    def item_for(self, roles: Collection[str], *, is_changed: bool) -> str:
        """Raises FeeBeyondDelegation."""
        by = self.changed if is_changed else self.as_computed
        if not set(by.roles) & set(roles):
            raise FeeBeyondDelegation
        return by.item


class FeeTable(_Strict):
    """What is charged from a day on."""

    since: date
    decided: Labelled
    legal_basis: list[Words] = Field(min_length=1)
    rates: dict[str, Annotated[int, Field(ge=1, description="In whole kronor an hour.")]]
    items: list[Charge]
    control: Charge
    risk: Risk
    approval: Approval

    def charge_for(self, eservice: str, kind: str, *, control: bool = False) -> Charge | None:
        """What an application costs, or a control. None when it costs nothing."""
        charges = [self.control] if control else self.items
        return next((one for one in charges if one.fits(eservice, kind)), None)

    def calculated(self, one: Charge, minutes: int | None = None) -> Calculation:
        """Of so many minutes, where the taxa does not say how many."""
        took = one.minutes or (minutes if one.rate else None)
        rate = self.rates[one.rate] if one.rate else None
        by_time = whole_kronor(charge(rate, took)) if rate is not None and took is not None else None
        return Calculation(
            item=one.item,
            words=one.model_dump(include={"sv", "en"}),
            decided=self.decided.model_dump(),
            legal_basis=self.legal_basis,
            since=self.since,
            rate=rate,
            minutes=took,
            amount=one.fixed if one.fixed is not None else by_time,
        )


def table_on(tables: Collection[FeeTable], day: date) -> FeeTable | None:
    """The table that holds on the day. None before the first."""
    return max((one for one in tables if one.since <= day), key=lambda one: one.since, default=None)


class GoldenFee(_Strict):
    """Something with what it must cost: nothing, when no amount is given."""

    name: Words
    day: date
    eservice: Words
    kind: Words
    control: bool = False
    minutes: int | None = Field(None, ge=1, le=LONGEST)
    amount: int | None = Field(None, ge=0)


class Taxa(_Strict, Versioned):
    """Every table that holds or has held, and cases that each change is tried on."""

    tables: list[FeeTable] = Field(min_length=1)
    golden: list[GoldenFee] = Field(default_factory=list)


def _most(points: Mapping[str, int], answer: object) -> int | None:
    chosen: list[Any] = answer if isinstance(answer, list) else [answer]
    return max((points[one] for one in chosen if one in points), default=None)


def _hours(minutes: int) -> float | int:
    hours = round(minutes / HOUR, 2)
    return int(hours) if hours == int(hours) else hours


def _kronor(ore: int) -> float | int:
    return ore // 100 if ore % 100 == 0 else ore / 100


_TAXA = Text(sv="taxan, punkt", en="the taxa, item")
_PRODUCT = Text(sv="{h} timmar × {r} kronor = {t} kronor", en="{h} hours × SEK {r} = SEK {t}")
_ONE_HOUR = Text(sv="1 timme × {r} kronor = {t} kronor", en="1 hour × SEK {r} = SEK {t}")
_BY_HOUR = Text(sv="{r} kronor per timme som handläggningen tar", en="SEK {r} for each hour that it takes")
_TO_PAY = Text(sv="Att betala: {a} kronor", en="To pay: SEK {a}")
_SINCE = Text(sv="gäller från", en="holds from")
