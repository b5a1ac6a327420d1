"""Who has sent something in says what it was like, once, when it is over."""

from datetime import timedelta
from typing import Annotated

import sqlalchemy as sa
from fastapi import Query
from sqlmodel import col, select

from eservice_intake.cases.applicants import OPENING, Applying
from eservice_intake.cases.handling import Head
from eservice_intake.catalogue.eservices import catalogue
from eservice_intake.feedback.models import (
    Comment,
    CommentFilter,
    Feedback,
    FeedbackForm,
    FeedbackGiven,
    NotOverYet,
)
from eservice_intake.identities.residents import MAY_SIGN_IN
from shared.clock import day_in_sweden, now
from shared.database import Database
from shared.pagination import Page, page_of
from shared.settings import Settings
from web import Caller, Reading, Router, refusals

COMMENTS_KEPT = timedelta(days=365)

router = Router(tags=["Feedback"])


@router.post(
    "/applications/{reference}/feedback",
    status_code=204,
    operation_id="give_feedback",
    responses=refusals(*OPENING, NotOverYet, FeedbackGiven),
    openapi_extra=MAY_SIGN_IN,
)
async def give_feedback(form: FeedbackForm, step: Applying) -> None:
    """Say what it was like, when the case is decided or has ended.

    One answer for each case. It is kept without anything that says which case it is about, or whose.
    """
    step.tx.add(Feedback.about(step.case, form, day_in_sweden(step.at)))


@router.get("/feedback", response_model=Page[Comment], operation_id="list_comments")
async def list_comments(
    wanted: Annotated[CommentFilter, Query()], person: Head, language: Caller, reading: Reading
) -> Page[Comment]:
    """What people have written of the e-services of one's units. The latest month first."""
    query = select(Feedback).where(col(Feedback.comment).is_not(None))
    if not person.sees_all:
        query = query.where(col(Feedback.unit).in_(person.units))
    if wanted.eservice is not None:
        query = query.where(Feedback.eservice == wanted.eservice)
    order = (col(Feedback.given_in).desc(), col(Feedback.id).desc())
    return await page_of(reading, query, wanted, order, lambda one: _shown(one, language))


def _shown(one: Feedback, language: str) -> Comment:
    title = catalogue().of_case(one.eservice).text.in_language(language)
    return Comment(title=title, **one.model_dump(exclude={"unit"}))


async def forget_comments(database: Database, settings: Settings) -> None:
    """What people wrote is deleted after a year: somebody may have named somebody in it."""
    old = day_in_sweden(now() - COMMENTS_KEPT).replace(day=1)
    forget = sa.update(Feedback).where(col(Feedback.given_in) < old, col(Feedback.comment).is_not(None))
    async with database.transaction() as tx:
        await (await tx.connection()).execute(forget.values(comment=None))
