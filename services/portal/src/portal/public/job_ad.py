"""A company posts a job ad."""

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from portal.clients.recruitment import Recruitment
from portal.forms.definition import Field, countries
from portal.forms.sending import Topic, empty, options, question, send
from portal.i18n import gettext as _
from portal.i18n import speaking
from portal.pages import PublicPage
from portal.public.events import LANGUAGES
from portal.public.jobs import EMPLOYMENTS, HOURS, LIST, SECTORS
from portal.public.turns import typed_in
from shared.identifiers import FOREIGN_COUNTRIES

router = APIRouter()
POST = f"{LIST}/annonsera"


@router.get(POST)
async def post(page: PublicPage) -> Response:
    return page.show("public/job_post.html", empty(_topics()))


@router.post(POST)
async def send_in(page: PublicPage) -> Response:
    async def by(answers: dict[str, Any], key: str) -> bool:
        await page.ask(Recruitment).post_ad(_in_lines(answers), key)
        return True

    was_sent, form = await send(_topics(), typed_in(await page.form()), by)
    return page.go(f"{POST}/mottagen") if was_sent else page.again("public/job_post.html", form)


@router.get(f"{POST}/mottagen")
async def received(page: PublicPage) -> Response:
    return page.show("public/job_received.html")


def _in_lines(answers: dict[str, Any]) -> dict[str, Any]:
    """What is wanted is typed a line each."""
    for name in ("must_have", "nice_to_have"):
        wanted = answers.get(name, {})
        answers[name] = {kind: _lines(text) for kind, text in wanted.items()}
    return {"application_details": {}, **answers}


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _topics() -> list[Topic]:
    return [
        Topic(_("Jobbet"), _the_job()),
        Topic(_("Vem ni söker"), _wanted()),
        Topic(_("Så söker man"), _how_to_apply()),
        Topic(_("Företaget"), _the_company()),
    ]


def _the_job() -> list[Field]:
    return [
        question("headline", "text", _("Rubrik"), required=True, example="Kock till fjällhotell"),
        question("description.text", "textarea", _("Beskriv jobbet"), required=True),
        question("sector", "choice", _("Bransch"), required=True, options=options(SECTORS)),
        question("occupation.label", "text", _("Yrke"), required=True, example="Kockar och kallskänkor"),
        question(
            "occupation.ssyk",
            "text",
            _("Yrkeskod"),
            required=True,
            example="5120",
            note=_("Fyra siffror ur SSYK 2012. Statistikmyndigheten SCB har en lista över yrken och koder."),
        ),
        question("number_of_vacancies", "integer", _("Hur många söker ni?"), required=True),
        question("employment_type", "choice", _("Anställning"), required=True, options=options(EMPLOYMENTS)),
        question("working_hours_type", "choice", _("Omfattning"), required=True, options=options(HOURS)),
        question("workplace_address.municipality", "text", _("Kommun"), required=True, example="Östersund"),
        question("workplace_address.city", "text", _("Ort")),
        question("language", "choice", _("Vilket språk är annonsen på?"), required=True, options=options(LANGUAGES)),
    ]


def _wanted() -> list[Field]:
    one_each = _("Skriv en sak på varje rad.")
    return [
        question("must_have.skills", "textarea", _("Det här krävs"), note=one_each),
        question("must_have.languages", "textarea", _("Språk som krävs"), note=one_each),
        question("nice_to_have.skills", "textarea", _("Det här är bra att ha"), note=one_each),
    ]


def _how_to_apply() -> list[Field]:
    return [
        question("application_deadline", "date", _("Sista ansökningsdag"), required=True, min="today"),
        question(
            "application_details.email",
            "email",
            _("E-post som ansökan skickas till"),
            note=_("Ange en e-postadress, en webbadress eller båda. De visas i annonsen."),
        ),
        question("application_details.url", "text", _("Webbadress där man söker"), example="https://example.com/jobb"),
    ]


def _the_company() -> list[Field]:
    return [
        question("employer.name", "text", _("Företagets namn"), required=True, autocomplete="organization"),
        question("employer.organization_number", "orgnr", _("Organisationsnummer"), required=True),
        _abroad(),
        question("employer.url", "text", _("Företagets webbplats"), example="https://example.com"),
        question(
            "contact_email",
            "email",
            _("Er e-post"),
            required=True,
            autocomplete="email",
            note=_("Hit skriver vi om annonsen. Adressen visas inte."),
        ),
    ]


def _abroad() -> Field:
    there = countries(FOREIGN_COUNTRIES, speaking().catalogue.locale)
    return question(
        "foreign_company",
        "foreign_company",
        _("Företag eller organisation som är registrerad i ett annat land"),
        instead_of="employer-organization_number",
        note=_("Svara bara om det inte finns något svenskt organisationsnummer."),
        fields=(
            question("country", "foreign_country", _("Land"), required=True, options=there),
            question("number", "foreign_number", _("Nummer i landets företagsregister"), required=True),
        ),
    )
