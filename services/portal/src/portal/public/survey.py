"""The business survey: whether it can be answered, and what companies said, for each sector."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from fastapi import APIRouter
from markupsafe import Markup
from starlette.responses import Response

from portal.charts import BarChart, bar_chart
from portal.clients.surveys import Result, Round, Sector, SurveysClient
from portal.files import passed_on
from portal.i18n import gettext as _
from portal.i18n import plain
from portal.pages import PublicPage
from portal.templating import number

router = APIRouter()
PATH = "/naringslivsundersokning"


@dataclass(frozen=True)
class SectorView:
    id: str
    name: str
    facts: Sequence[tuple[Markup, Markup]]
    occupations: Sequence[tuple[str, Markup, Markup]]
    reasons: Sequence[tuple[str, int]]


@dataclass(frozen=True)
class SurveyView:
    open: Round | None
    name: str | None
    companies: Markup | None
    chart: BarChart | None
    sectors: Sequence[SectorView]
    hidden: Sequence[str] = ()
    """The sectors of which nothing is shown."""
    csv: str = ""
    earlier: Sequence[Round] = ()


@router.get(PATH)
async def survey(page: PublicPage, omgang: str = "") -> Response:
    """The result of the round that is asked for, or of the latest."""
    client = page.ask(SurveysClient)
    found = await client.surveys()
    if not found.closed:
        return page.show("public/survey.html", SurveyView(found.open, None, None, None, ()))
    shown = next((one for one in found.closed if str(one.id) == omgang), found.closed[0])
    result = await client.result(shown.id)
    sectors = result.figures.sectors
    view = SurveyView(
        found.open,
        result.name,
        _shown(result.figures.companies),
        _chart(result),
        [_sector(one, result) for one in sectors if one.is_shown],
        [result.words.sectors.get(one.sector, one.sector) for one in sectors if not one.is_shown],
        f"{PATH}/{shown.id}.csv",
        [one for one in found.closed if one is not shown],
    )
    return page.show("public/survey.html", view)


@router.get(f"{PATH}/{{round_id}}.csv")
async def survey_file(page: PublicPage, round_id: UUID) -> Response:
    """Every figure that is shown, for spreadsheets."""
    return passed_on(await page.ask(SurveysClient).result_file(round_id, "csv"))


def _chart(result: Result) -> BarChart | None:
    """What each sector needs now, of those that are shown."""
    values = [
        (result.words.sectors.get(one.sector, one.sector), float(one.needed_now))
        for one in result.figures.sectors
        if one.needed_now is not None
    ]
    if not values:
        return None
    sentence = plain("Branscher där färre än fem företag har svarat visas inte.")
    return bar_chart("behov", plain("Behöver anställas nu"), sentence, (plain("Bransch"), plain("Antal")), values)


def _sector(one: Sector, result: Result) -> SectorView:
    words = result.words
    return SectorView(
        one.sector,
        words.sectors.get(one.sector, one.sector),
        [
            (_("Företag som har svarat"), _shown(one.companies)),
            (_("Behöver anställas nu"), _shown(one.needed_now)),
            (_("Behöver anställas inom tolv månader"), _shown(one.needed_within_12_months)),
            (_("Företag som har svårt att hitta personal"), _shown(one.hard_to_recruit)),
        ],
        [
            (words.occupations.get(of.occupation, ""), _shown(of.needed_now), _shown(of.needed_within_12_months))
            for of in one.occupations
        ],
        [(words.reasons.get(of.reason, of.reason), of.companies) for of in one.reasons if of.companies is not None],
    )


def _shown(value: int | None) -> Markup:
    return _("visas inte") if value is None else Markup.escape(number(value))
