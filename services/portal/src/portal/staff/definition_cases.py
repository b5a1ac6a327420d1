"""A version, tried on a case that has come in: what would have become of it. Nothing of the case is changed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from portal.clients.base import Refused
from portal.clients.definitions import CaseTried, OfIntake, OutcomeTried
from portal.forms.sending import FormView, Topic, empty, question, send, shown_again
from portal.i18n import gettext as _
from portal.i18n import of_service
from portal.pages import Page, StaffPage
from portal.public.turns import typed_in
from portal.staff.definition_views import VERSIONS, path_of

router = APIRouter()
PATH = f"{VERSIONS}/{OfIntake.service}/{{version}}/arende"
TEMPLATE = "staff/definition_case.html"


@dataclass(frozen=True)
class CaseView:
    """`tried` is what becomes of the case, and none before one was chosen."""

    path: str
    name: str
    form: FormView
    tried: Sequence[OutcomeTried] | None = None

    @property
    def is_same(self) -> bool:
        return not any(one.is_changed for one in self.tried or ())


@router.get(PATH)
async def choose(page: StaffPage, version: UUID) -> Response:
    return page.show(TEMPLATE, await _view(page, version, empty(_which())))


@router.post(PATH)
async def compare(page: StaffPage, version: UUID) -> Response:
    async def by(answers: dict[str, Any], _key: str) -> CaseTried:
        return await page.ask(OfIntake).try_on_case(version, answers["reference"])

    typed = typed_in(await page.form())
    try:
        tried, form = await send(_which(), typed, by)
    except Refused as refused:
        if refused.code not in ("UnknownCase", "Confidential"):
            raise
        tried, form = None, replace(shown_again(_which(), typed), notice=of_service(refused.detail))
    view = await _view(page, version, form)
    return page.show(TEMPLATE, replace(view, tried=tried.items)) if tried else page.again(TEMPLATE, view)


async def _view(page: Page, version: UUID, form: FormView) -> CaseView:
    one = await page.ask(OfIntake).one(version)
    return CaseView(path_of(OfIntake.service, version), one.name, form)


def _which() -> list[Topic]:
    note = _("Ett ärende som den här definitionen gäller. Att du läser det antecknas i loggen.")
    return [
        Topic(
            None, [question("reference", "text", _("Ärendets referens"), required=True, note=note, example="K7MP-2XWB")]
        )
    ]
