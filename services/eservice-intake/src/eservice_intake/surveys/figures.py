"""A round's figures, of the answers that the database has; and what the codes in them are called."""

from uuid import UUID

from sqlmodel import col, select

from eservice_intake.catalogue.definitions import FormField
from eservice_intake.catalogue.eservices import catalogue
from eservice_intake.surveys.forms import Words
from eservice_intake.surveys.models import SURVEY, SurveyAnswer
from eservice_intake.surveys.results import CompanyAnswer, Lists, figures_of, needs_of
from shared.database import Session
from shared.events import Language
from shared.events.surveys import SurveyFigures


async def count(tx: Session, round_id: UUID) -> SurveyFigures:
    rows = await tx.exec(select(SurveyAnswer).where(col(SurveyAnswer.round_id) == round_id))
    return figures_of([CompanyAnswer(one.company_hash, one.sector, needs_of(one.needs)) for one in rows], lists())


def lists() -> Lists:
    sectors, occupations, reasons = ([option.value for option in field.options or ()] for field in _fields())
    return Lists(sectors, occupations, reasons)


def words(language: Language) -> Words:
    sectors, occupations, reasons = (
        {option.value: option.text.in_language(language) for option in field.options or ()} for field in _fields()
    )
    return Words(sectors=sectors, occupations=occupations, reasons=reasons)


def _fields() -> list[FormField]:
    """The questions that the figures are counted by."""
    form = catalogue().eservices[SURVEY].form
    rows = next(field.fields or [] for field in form if field.name == "needs")
    return [
        next(field for field in (*form, *rows) if field.name == name)
        for name in ("sector", "occupation", "hard_because")
    ]
