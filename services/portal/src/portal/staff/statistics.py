"""Cases in numbers, as plots and as tables."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from fastapi import APIRouter
from markupsafe import Markup
from starlette.responses import Response

from portal.charts import BarChart, LineChart, Series, bar_chart, line_chart
from portal.clients.intake import Age, Intake, Statistics
from portal.csv_file import csv_file
from portal.i18n import gettext as _
from portal.i18n import ngettext, plain
from portal.pages import StaffPage
from portal.templating import number

router = APIRouter()
PATH = "/handlaggare/statistik"
PERIODS = (4, 12, 26, 52)
USUAL = 12
MOST_BARS = 12
OLD_DAYS = 91
MANY = 100
"""As a part of a day is said in every language."""


@dataclass(frozen=True)
class Figure:
    """One of the numbers that stand first."""

    name: Markup
    value: Markup
    more: Markup


@dataclass(frozen=True)
class StatisticsView:
    periods: Sequence[tuple[int, str, bool]]
    units: Sequence[tuple[str, str, bool]]
    figures: Sequence[Figure]
    flow: LineChart
    times: BarChart | None
    ages: BarChart
    csv: str


@router.get(PATH)
async def statistics(page: StaffPage, veckor: str = "", enhet: str = "") -> Response:
    weeks = _weeks(veckor)
    found = await page.ask(Intake).statistics(weeks, enhet)
    view = StatisticsView(
        periods=[(one, plain("Senaste %(num)s veckorna") % {"num": one}, one == weeks) for one in PERIODS],
        units=[(unit.id, unit.label, unit.id == enhet) for unit in found.units],
        figures=list(_figures(found)),
        flow=_flow(found),
        times=_times(found) if found.eservices else None,
        ages=_ages(found),
        csv=f"{PATH}.csv?{urlencode({'veckor': weeks, 'enhet': enhet})}",
    )
    return page.show("staff/statistics.html", view)


@router.get(f"{PATH}.csv")
async def as_file(page: StaffPage, veckor: str = "", enhet: str = "") -> Response:
    """All that the page shows, a number on each line."""
    found = await page.ask(Intake).statistics(_weeks(veckor), enhet)
    head = [plain("Uppgift"), plain("Gäller"), plain("Antal")]
    return csv_file(f"statistik-{found.to_on}.csv", head, _lines(found))


def _weeks(typed: str) -> int:
    return int(typed) if typed in map(str, PERIODS) else USUAL


def _figures(found: Statistics) -> Iterator[Figure]:
    this_week = found.weeks[-1].received - found.weeks[-1].settled
    yield Figure(_("Öppna"), _number(found.open), _("%(change)s den här veckan") % {"change": _signed(this_week)})
    yield Figure(_("Försenade"), _number(found.overdue), _("av %(all)s öppna") % {"all": number(found.open)})
    yield Figure(_("Median till beslut"), _days(found.median_days), _compared(found))
    yield Figure(_("Avslutade"), _number(found.settled), _("%(count)s kom in") % {"count": number(found.received)})


def _compared(found: Statistics) -> Markup:
    if found.median_days is None:
        return _("Inga beslut i perioden")
    if found.median_days_before is None:
        return _("Inga beslut i perioden före")
    change = found.median_days - found.median_days_before
    return _("%(change)s dagar mot perioden före") % {"change": _signed(change)}


def _number(value: float) -> Markup:
    return Markup.escape(number(value))


def _signed(value: float) -> Markup:
    """With a sign of its own: what is read aloud, too."""
    sign = "+" if value > 0 else "−" if value < 0 else "±"
    return Markup("<bdi>{}{}</bdi>").format(sign, number(abs(value)))


def _days(value: float | None) -> Markup:
    if value is None:
        return Markup("–")
    return ngettext("%(days)s dag", "%(days)s dagar", int(value) if value % 1 == 0 else MANY) % {"days": number(value)}


def _flow(found: Statistics) -> LineChart:
    sentence = plain("Under perioden kom %(came)s in och %(went)s avslutades.") % {
        "came": number(found.received),
        "went": number(found.settled),
    }
    series = [
        Series(plain("Inkomna"), [week.received for week in found.weeks]),
        Series(plain("Avslutade"), [week.settled for week in found.weeks]),
    ]
    labels = [plain("v%(week)s") % {"week": week.begins_on.isocalendar().week} for week in found.weeks]
    return line_chart("flode", plain("Inkomna och avslutade per vecka"), sentence, plain("Vecka"), labels, series)


def _times(found: Statistics) -> BarChart:
    slowest = found.eservices[0]
    sentence = plain("Längst tid tog %(title)s: %(days)s dagar.") % {
        "title": slowest.title,
        "days": number(slowest.median_days),
    }
    values = [(one.title, one.median_days) for one in found.eservices[:MOST_BARS]]
    head = (plain("E-tjänst"), plain("Dagar"))
    return bar_chart("tider", plain("Median till beslut, dagar"), sentence, head, values)


def _ages(found: Statistics) -> BarChart:
    old = sum(age.open for age in found.ages if age.at_least_days >= OLD_DAYS)
    said = (
        plain("%(old)s av %(all)s öppna ärenden är äldre än 90 dagar.") if old else plain("Inget är äldre än 90 dagar.")
    )
    sentence = said % {"old": number(old), "all": number(found.open)}
    values = [(_age(age), age.open) for age in found.ages]
    return bar_chart("alder", plain("Öppna ärenden efter ålder"), sentence, (plain("Ålder"), plain("Ärenden")), values)


def _age(age: Age) -> str:
    if age.below_days is None:
        return plain("Mer än %(days)s dagar") % {"days": age.at_least_days - 1}
    return plain("%(first)s–%(last)s dagar") % {"first": age.at_least_days, "last": age.below_days - 1}


def _lines(found: Statistics) -> Iterator[tuple[str, str, object]]:
    now, period = str(found.to_on), f"{found.from_on}–{found.to_on}"
    yield plain("Öppna"), now, found.open
    yield plain("Försenade"), now, found.overdue
    yield plain("Median till beslut, dagar"), period, found.median_days
    for week in found.weeks:
        yield plain("Inkomna"), str(week.begins_on), week.received
        yield plain("Avslutade"), str(week.begins_on), week.settled
    for one in found.eservices:
        yield plain("Median till beslut, dagar"), one.title, one.median_days
        yield plain("Beslut"), one.title, one.decided
    for age in found.ages:
        yield plain("Öppna ärenden efter ålder"), _age(age), age.open
