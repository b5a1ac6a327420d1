"""Figures of each e-service for everybody, of a quarter that is over. They are counted once, and never again."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from statistics import mean, median
from typing import Any

import sqlalchemy as sa
from sqlmodel import SQLModel, col, select

from eservice_intake.cases.models import Case
from eservice_intake.catalogue.eservices import catalogue
from eservice_intake.feedback.models import Feedback, Figure
from eservice_intake.register.statistics import settled_between, within
from eservice_intake.surveys.suppression import FEWEST
from shared.clock import day_in_sweden, now
from shared.database import Database, Session
from shared.settings import Settings

MONTHS = 3

FIGURE: sa.Table = SQLModel.metadata.tables["eservice_figure"]


@dataclass
class Counted:
    """An e-service's quarter, before anything of few is left out."""

    applications: int = 0
    days: list[int] = field(default_factory=list)
    ratings: list[int] = field(default_factory=list)
    succeeded: int = 0

    def shown(self) -> dict[str, Any]:
        """Each figure that at least five cases or answers are behind, and as many in what is left of them."""
        failed = len(self.ratings) - self.succeeded
        is_rated = len(self.ratings) >= FEWEST
        return {
            "applications": _unless_few(self.applications),
            "decided": _unless_few(len(self.days)),
            "median_days": median(self.days) if len(self.days) >= FEWEST else None,
            "ratings": _unless_few(len(self.ratings)),
            "mean_rating": round(mean(self.ratings), 1) if is_rated else None,
            "succeeded": self.succeeded if min(self.succeeded, failed) >= FEWEST else None,
        }


def quarter_of(day: date) -> date:
    """The first day of the quarter."""
    return day.replace(month=(day.month - 1) // MONTHS * MONTHS + 1, day=1)


def _after(quarter: date) -> date:
    return quarter_of(quarter + timedelta(days=31 * MONTHS))


async def publish_figures(database: Database, settings: Settings) -> None:
    async with database.transaction() as tx:
        await publish(tx, day_in_sweden(now()))


async def publish(tx: Session, today: date) -> None:
    """Count each quarter that has ended since the one counted last; at first, the one that ended last."""
    this = quarter_of(today)
    latest = (await tx.exec(select(sa.func.max(Figure.quarter)))).one()
    quarter = _after(latest) if latest else quarter_of(this - timedelta(days=1))
    while quarter < this:
        counted = await _counted(tx, quarter, _after(quarter) - timedelta(days=1))
        await tx.insert_new(FIGURE, list(_rows(quarter, counted)), FIGURE.c.id)
        quarter = _after(quarter)


def _rows(first: date, counted: Mapping[str, Counted]) -> Iterator[dict[str, Any]]:
    for eservice in sorted({*catalogue().eservices, *counted}):
        figures = counted.get(eservice, Counted()).shown()
        yield Figure(quarter=first, eservice=eservice, **figures).model_dump()


async def _counted(tx: Session, first: date, last: date) -> Mapping[str, Counted]:
    """A confidential case is in no e-service's figures."""
    found: dict[str, Counted] = defaultdict(Counted)
    came = select(Case.eservice).where(*within(Case.received_at, first, last), ~col(Case.confidential))
    for eservice in await tx.exec(came):
        found[eservice].applications += 1
    for one in await settled_between(tx, None, first, last):
        if one.decided and not one.confidential:
            found[one.eservice].days.append(one.days)
    for given in await _feedback(tx, first, last):
        found[given.eservice].ratings.append(given.rating)
        found[given.eservice].succeeded += given.succeeded
    return found


async def _feedback(tx: Session, first: date, last: date) -> Sequence[Feedback]:
    given = select(Feedback).where(col(Feedback.given_in) >= first, col(Feedback.given_in) <= last)
    return (await tx.exec(given)).all()


def _unless_few(count: int) -> int | None:
    return count if count >= FEWEST else None
