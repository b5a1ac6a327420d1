"""Definitions that administrators change without a release: their versions, and each one's way to being published."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from markupsafe import Markup
from starlette.responses import Response

from portal.clients.base import Read, Refused, unless_away
from portal.forms.sending import Topic, empty, question, send, shown_again
from portal.i18n import gettext as _
from portal.i18n import marked, of_service
from portal.pages import Page, StaffPage
from portal.public.filters import address
from portal.public.turns import typed_in
from portal.staff.definition_views import (
    DEFINITIONS,
    OF_SERVICES,
    VERSIONS,
    KindView,
    VersionsView,
    asked_of,
    kinds_of,
    line_of,
    path_of,
    view_of,
)
from portal.staff.services import SERVICES

router = APIRouter()
By = Callable[[dict[str, Any], str], Awaitable[Read]]
DONE = {
    "uppladdad": marked("Den är sparad som en ny version. Någon annan läser den och godkänner."),
    "godkand": marked("Godkänd. Nu kan den publiceras."),
    "publicerad": marked("Publicerad. Det som är påbörjat med en tidigare version går vidare i den."),
    "aterkallad": marked("Återkallad. Den finns kvar, men kan inte publiceras."),
}


@dataclass(frozen=True)
class ListView:
    kinds: list[KindView]
    away: list[Markup]


@router.get(DEFINITIONS)
async def definitions(page: StaffPage) -> Response:
    """Of every service. One that does not answer hides nothing of the others."""
    found = await asyncio.gather(*(unless_away(page.ask(one).all()) for one in OF_SERVICES.values()))
    answers = dict(zip(OF_SERVICES, found, strict=True))
    kinds = [kind for service, one in answers.items() if one for kind in kinds_of(service, one.items)]
    away = [_(SERVICES[service]) for service, one in answers.items() if one is None]
    return page.show("staff/definitions.html", ListView(kinds, away))


@router.get(f"{DEFINITIONS}/{{service}}/{{kind}}/{{name}}")
async def versions(page: StaffPage, service: str, kind: str, name: str) -> Response:
    ask = page.ask(asked_of(service))
    found, known = await asyncio.gather(ask.versions(kind, name), ask.all())
    title = next((one.title for one in known.items if (one.kind, one.name) == (kind, name)), name)
    lines = [line_of(service, len(found.items) - at, one) for at, one in enumerate(found.items)]
    return page.show("staff/definition.html", VersionsView(title, lines))


@router.get(f"{VERSIONS}/{{service}}/{{version}}")
async def version(page: StaffPage, service: str, version: UUID, klart: str = "") -> Response:
    one = await page.ask(asked_of(service)).one(version)
    done = _(DONE[klart]) if klart in DONE else None
    return page.show("staff/definition_version.html", view_of(service, one, empty(_times()), done))


@router.get(f"{VERSIONS}/{{service}}/{{version}}/definition.yaml")
async def source(page: StaffPage, service: str, version: UUID) -> Response:
    """The whole of it, as it is written."""
    one = await page.ask(asked_of(service)).one(version)
    named = {"Content-Disposition": f'attachment; filename="{one.name}.yaml"'}
    return Response(one.source, media_type="text/yaml", headers=named)


@router.post(f"{VERSIONS}/{{service}}/{{version}}/godkann")
async def approve(page: StaffPage, service: str, version: UUID) -> Response:
    async def by(_answers: dict[str, Any], key: str) -> Read:
        return await page.ask(asked_of(service)).approve(version, key)

    return await _step(page, service, version, [], by, "godkand")


@router.post(f"{VERSIONS}/{{service}}/{{version}}/publicera")
async def publish(page: StaffPage, service: str, version: UUID) -> Response:
    async def by(answers: dict[str, Any], key: str) -> Read:
        return await page.ask(asked_of(service)).publish(version, answers, key)

    return await _step(page, service, version, _times(), by, "publicerad")


@router.post(f"{VERSIONS}/{{service}}/{{version}}/aterkalla")
async def withdraw(page: StaffPage, service: str, version: UUID) -> Response:
    async def by(_answers: dict[str, Any], key: str) -> Read:
        return await page.ask(asked_of(service)).withdraw(version, key)

    return await _step(page, service, version, [], by, "aterkallad")


async def _step(page: Page, service: str, version: UUID, topics: list[Topic], by: By, done: str) -> Response:
    """On to the version as it then is; or the page again with what was typed, and why it was not done."""
    typed = typed_in(await page.form())
    try:
        result, form = await send(topics, typed, by)
    except Refused as refused:
        if refused.code != "FourEyesOfDefinition":
            raise
        result, form = None, replace(shown_again(topics, typed), notice=of_service(refused.detail))
    if result is not None:
        return page.go(address(path_of(service, version), klart=done))
    asked = form if topics else replace(shown_again(_times(), typed), notice=form.notice)
    one = await page.ask(asked_of(service)).one(version)
    return page.again("staff/definition_version.html", view_of(service, one, asked))


def _times() -> list[Topic]:
    at_once = _("Genast, om det lämnas tomt.")
    usual = _("14 dagar efter att den börjar gälla, om det lämnas tomt.")
    return [
        Topic(
            None,
            [
                question("effective_at", "datetime", _("När ska den börja gälla?"), note=at_once),
                question(
                    "earlier_close_at",
                    "datetime",
                    _("Hur länge tas det emot som är påbörjat med tidigare versioner?"),
                    note=usual,
                ),
            ],
        )
    ]
