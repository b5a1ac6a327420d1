"""What people wrote of the e-services when their cases were over."""

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter
from markupsafe import Markup
from starlette.responses import Response

from portal.clients.intake import Comment, Intake
from portal.i18n import gettext as _
from portal.pages import StaffPage
from portal.public.feedback import EASE
from portal.public.filters import address

router = APIRouter()
PATH = "/handlaggare/omdomen"


@dataclass(frozen=True)
class CommentView:
    comment: Comment
    ease: Markup


@dataclass(frozen=True)
class CommentsView:
    comments: Sequence[CommentView]
    first: str
    following: str


@router.get(PATH)
async def comments(page: StaffPage, efter: str = "") -> Response:
    found = await page.ask(Intake).comments(efter)
    view = CommentsView(
        comments=[CommentView(one, _(EASE[str(one.rating)])) for one in found.items],
        first=PATH if efter else "",
        following=address(PATH, efter=found.next) if found.next else "",
    )
    return page.show("staff/comments.html", view)
