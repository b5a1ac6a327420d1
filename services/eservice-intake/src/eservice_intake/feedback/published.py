"""Open data: the figures of each e-service, for everybody and whatever they like."""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from typing import Annotated, Any

import sqlalchemy as sa
from fastapi import Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from sqlmodel import col, select

from eservice_intake.catalogue.eservices import catalogue
from eservice_intake.documents.api import CSV, download, downloads
from eservice_intake.documents.tables import table
from eservice_intake.feedback.models import Figure
from shared.database import Session
from shared.errors import NotFound
from shared.events import Language
from shared.fields import Day
from web import Caller, Reading, Router, refusals

LICENCE = "http://creativecommons.org/publicdomain/zero/1.0/"
AUTHORITY = "http://publications.europa.eu/resource/authority"
CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
}
TITLE = {"sv": "E-tjänster i siffror", "en": "E-services in figures"}
ABOUT = {
    "sv": "För varje e-tjänst och kvartal: antal ärenden som kom in, antal beslut, median av dagar till beslut, och "
    "vad de sökande tyckte. Tal som bygger på färre än fem visas inte.",
    "en": "For each e-service and quarter: applications received, decisions, the median of days to a decision, and "
    "what the applicants thought. No figure of fewer than five is shown.",
}

router = Router(tags=["Open data"])


class FiguresNotOut(NotFound):
    """There are no figures of that quarter. `GET /open-data/eservices` says of which there are."""

    sv = "Det finns inga siffror för det kvartalet. `GET /open-data/eservices` visar vilka som finns."


class FigureFormat(StrEnum):
    JSON = "json"
    CSV = "csv"


class FigureChoice(BaseModel):
    model_config = ConfigDict(extra="forbid")

    quarter: Day | None = Field(None, description="The quarter's first day; the latest one when it is left out.")
    format: FigureFormat = FigureFormat.JSON


class FigureShown(BaseModel):
    """An e-service in a quarter. `null` is of fewer than five, or would tell of fewer."""

    quarter: date
    eservice: str = Field(examples=["enskilt-avlopp"])
    title: str = Field(examples=["Enskilt avlopp"])
    applications: int | None = Field(description="Cases that came in.", examples=[41])
    decided: int | None = Field(description="Cases that were first decided in the quarter.", examples=[38])
    median_days: float | None = Field(description="From receipt to the first decision.", examples=[22.5])
    ratings: int | None = Field(description="Applicants who said what it was like.", examples=[17])
    mean_rating: float | None = Field(description="How easy it was: 1 is very hard, 5 very easy.", examples=[3.9])
    succeeded: int | None = Field(description="Those of them who could do what they came to do.", examples=[12])


class Figures(BaseModel):
    licence: str = Field(LICENCE, description="CC0: they may be used for anything, without asking.")
    quarter: date | None = Field(description="The first day. `null` before any quarter is counted.")
    quarters: list[date] = Field(description="Of which there are figures, the latest first.")
    items: list[FigureShown]


@router.get("/open-data", response_model=dict[str, Any], operation_id="show_open_data")
async def show_open_data(request: Request) -> dict[str, Any]:
    """What open data there is, as DCAT-AP in JSON-LD. Portals of open data harvest it."""
    settings = request.app.state.settings
    return _catalogue(settings.resident_pages.rstrip("/"), settings.municipality_name)


@router.get(
    "/open-data/eservices",
    response_model=Figures,
    operation_id="show_figures_of_eservices",
    responses=downloads(CSV, refusals(FiguresNotOut)),
)
async def show_figures(
    wanted: Annotated[FigureChoice, Query()], reading: Reading, language: Caller
) -> Figures | Response:
    """The figures of each e-service in a quarter. Applications, how long they took, and what applicants thought.

    A quarter is counted when it has ended, and never again. No figure of fewer than five is shown.
    """
    quarters = await _quarters(reading)
    quarter = wanted.quarter or next(iter(quarters), None)
    if wanted.quarter is not None and quarter not in quarters:
        raise FiguresNotOut
    items = await _of(reading, quarter, language)
    if wanted.format is FigureFormat.CSV:
        return download(as_csv(items), CSV, f"e-tjanster-{quarter or 'inga'}.csv", language)
    return Figures(licence=LICENCE, quarter=quarter, quarters=quarters, items=items)


async def _quarters(reading: Session) -> list[date]:
    found = sa.select(col(Figure.quarter)).distinct().order_by(col(Figure.quarter).desc())
    return list((await (await reading.connection()).execute(found)).scalars())


async def _of(reading: Session, quarter: date | None, language: Language) -> list[FigureShown]:
    query = select(Figure).where(Figure.quarter == quarter).order_by(col(Figure.eservice))
    known = catalogue()
    return [
        FigureShown(title=known.of_case(one.eservice).text.in_language(language), **one.model_dump(exclude={"id"}))
        for one in await reading.exec(query)
    ]


def as_csv(items: Sequence[FigureShown]) -> bytes:
    """A line for each e-service. What is not shown has an empty cell."""
    names = list(FigureShown.model_fields)
    return table(names, [["" if value is None else str(value) for _, value in one] for one in items])


def _catalogue(pages: str, publisher: str) -> dict[str, Any]:
    page = f"{pages}/oppna-data"
    agent = {"@type": "foaf:Agent", "foaf:name": publisher}
    dataset = {
        "@id": f"{page}#e-tjanster",
        "@type": "dcat:Dataset",
        "dct:title": _said(TITLE),
        "dct:description": _said(ABOUT),
        "dct:publisher": agent,
        "dct:accrualPeriodicity": {"@id": f"{AUTHORITY}/frequency/QUARTERLY"},
        "dcat:theme": {"@id": f"{AUTHORITY}/data-theme/GOVE"},
        "dcat:distribution": [_distribution(page, kind) for kind in FigureFormat],
    }
    about = {"@id": page, "@type": "dcat:Catalog", "dct:title": _said(TITLE), "dct:publisher": agent}
    return {"@context": CONTEXT, **about, "dcat:dataset": [dataset]}


def _said(words: dict[str, str]) -> list[dict[str, str]]:
    return [{"@value": text, "@language": language} for language, text in words.items()]


def _distribution(page: str, kind: FigureFormat) -> dict[str, Any]:
    return {
        "@type": "dcat:Distribution",
        "dcat:accessURL": {"@id": page},
        "dcat:downloadURL": {"@id": f"{page}/e-tjanster.{kind}"},
        "dct:format": {"@id": f"{AUTHORITY}/file-type/{kind.upper()}"},
        "dct:license": {"@id": LICENCE},
    }
