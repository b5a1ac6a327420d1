"""What everybody may want to know of us: how to reach us, accessibility, cookies, personal data."""

from fastapi import APIRouter
from starlette.responses import Response

from portal.pages import PublicPage

router = APIRouter()


@router.get("/kontakt")
async def contact(page: PublicPage) -> Response:
    return page.show("public/contact.html")


@router.get("/tillganglighet")
async def accessibility(page: PublicPage) -> Response:
    return page.show("public/accessibility.html")


@router.get("/kakor")
async def cookies(page: PublicPage) -> Response:
    return page.show("public/cookies.html")


@router.get("/personuppgifter")
async def personal_data(page: PublicPage) -> Response:
    return page.show("public/personal_data.html")
