"""A result as a table for spreadsheets, and as a drawing."""

from collections.abc import Iterator, Sequence
from html import escape

from eservice_intake.documents.tables import table
from eservice_intake.surveys.forms import SurveyResult
from shared.errors import Text
from shared.events import Language
from shared.events.surveys import SectorFigures

ALL = Text(sv="Alla", en="All")
COMPANIES = Text(sv="Företag som har svarat", en="Companies that answered")
NOW = Text(sv="Behöver anställa nu", en="Needed now")
LATER = Text(sv="Behöver anställa inom tolv månader", en="Needed within twelve months")
HARD = Text(sv="Företag som har svårt att hitta personal", en="Companies that find it hard to recruit")
REASON = Text(sv="Svårt: {reason}", en="Hard: {reason}")
HEADINGS = (
    Text(sv="Bransch", en="Sector"),
    Text(sv="Yrke (SSYK)", en="Occupation (SSYK)"),
    Text(sv="Yrke", en="Occupation"),
    Text(sv="Uppgift", en="Figure"),
    Text(sv="Antal", en="Number"),
)
TITLE = Text(sv="Så många behöver anställas nu, per bransch. {name}", en="How many are needed now, by sector. {name}")
NOT_SHOWN = Text(sv="visas inte", en="not shown")
WIDTH, LEFT, BAR, TOP, ROOM = 720, 220, 32, 44, 110
Line = tuple[str, str, str, Text, int | None]


def as_csv(result: SurveyResult, language: Language) -> bytes:
    """A figure on each line. One that is not shown has an empty cell."""
    lines = [
        [*where, what.in_language(language), "" if number is None else str(number)]
        for *where, what, number in _lines(result, ALL.in_language(language))
    ]
    return table([heading.in_language(language) for heading in HEADINGS], lines)


def _lines(result: SurveyResult, of_all: str) -> Iterator[Line]:
    figures = result.figures
    for what, number in ((COMPANIES, figures.companies), (NOW, figures.needed_now)):
        yield of_all, "", "", what, number
    yield of_all, "", "", LATER, figures.needed_within_12_months
    for one in figures.sectors:
        yield from _of_sector(one, result)


def _of_sector(one: SectorFigures, result: SurveyResult) -> Iterator[Line]:
    sector = result.words.sectors.get(one.sector, one.sector)
    of_sector = {COMPANIES: one.companies, NOW: one.needed_now, LATER: one.needed_within_12_months}
    for what, number in (of_sector | {HARD: one.hard_to_recruit}).items():
        yield sector, "", "", what, number
    for needed in one.occupations:
        name = result.words.occupations.get(needed.occupation, "")
        yield sector, needed.occupation, name, NOW, needed.needed_now
        yield sector, needed.occupation, name, LATER, needed.needed_within_12_months
    for given in one.reasons:
        reason = result.words.reasons.get(given.reason, given.reason)
        said = Text(sv=REASON.sv.format(reason=reason), en=REASON.en.format(reason=reason))
        yield sector, "", "", said, given.companies


def as_svg(result: SurveyResult, language: Language) -> bytes:
    """A bar for each sector. Who cannot see it has the title, which says what it shows, and each bar's own words."""
    title = escape(TITLE.in_language(language).format(name=result.name))
    height = TOP + BAR * len(result.figures.sectors) + 10
    return "\n".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}"'
            f' role="img" lang="{language}" aria-labelledby="title" font-family="sans-serif" font-size="14">',
            f'<title id="title">{title}</title>',
            f'<rect width="{WIDTH}" height="{height}" fill="#fff"/>',
            f'<text x="8" y="24" font-weight="bold">{title}</text>',
            *_bars(result.figures.sectors, result, language),
            "</svg>\n",
        )
    ).encode()


def _bars(sectors: Sequence[SectorFigures], result: SurveyResult, language: Language) -> Iterator[str]:
    most = max((one.needed_now or 0 for one in sectors), default=0) or 1
    for at, one in enumerate(sectors):
        y = TOP + at * BAR
        name = escape(result.words.sectors.get(one.sector, one.sector))
        said = NOT_SHOWN.in_language(language) if one.needed_now is None else str(one.needed_now)
        length = round((WIDTH - LEFT - ROOM) * (one.needed_now or 0) / most)
        yield f'<text x="{LEFT - 8}" y="{y + 20}" text-anchor="end">{name}</text>'
        yield f'<rect x="{LEFT}" y="{y + 4}" width="{length}" height="22" rx="3" fill="#0b5d8a"/>'
        yield f'<text x="{LEFT + length + 8}" y="{y + 20}">{said}</text>'
