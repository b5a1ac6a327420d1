"""The inbox's saved views: to give an address a name, another name, or none."""

from fastapi import APIRouter
from starlette.datastructures import QueryParams
from starlette.responses import Response

from portal import saved_views
from portal.pages import StaffPage
from portal.saved_views import Named
from portal.staff.inbox_list import Found
from portal.staff.tasks import INBOX, Choice, tidy

router = APIRouter()


@router.post(f"{INBOX}/vyer")
async def save(page: StaffPage) -> Response:
    """Save what is shown under a name; once more gives it another."""
    assert page.person is not None
    form = await page.form()
    choice = _choice_in(str(form.get("vy", "")))
    name = tidy(str(form.get("namn", "")))
    wrong = await saved_views.save(page.request.app.state.database, page.person, Named(name, choice.path()))
    if wrong:
        found = await Found.by(page, choice)
        return page.again("staff/inbox.html", found.view(tried=(name, wrong)))
    return page.go(choice.path())


@router.post(f"{INBOX}/vyer/ta-bort")
async def forget(page: StaffPage) -> Response:
    """The name is gone, the list is still shown."""
    assert page.person is not None
    choice = _choice_in(str((await page.form()).get("vy", "")))
    await saved_views.forget(page.request.app.state.database, page.person, choice.path())
    return page.go(choice.path())


def _choice_in(address: str) -> Choice:
    """What the address chooses; nothing else of it is kept."""
    return Choice.of(QueryParams(address.partition("?")[2])).at_its_beginning
