"""Job ads: the list, one ad, and a company that posts one."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from fastapi import APIRouter
from markupsafe import Markup
from starlette.responses import Response

from portal.clients.recruitment import Ad, Recruitment
from portal.i18n import gettext as _
from portal.i18n import marked, ngettext, speaking
from portal.pages import PublicPage
from portal.public.filters import Options, address, choices, chosen
from portal.templating import apart
from portal.views import Facts, known

router = APIRouter()
LIST = "/lediga-jobb"
SECTORS = {
    "ekonomi": marked("Ekonomi"),
    "ingenjor_industri": marked("Ingenjör och industri"),
    "it": marked("It"),
    "vard": marked("Vård och omsorg"),
    "pedagogik": marked("Skola och förskola"),
    "restaurang": marked("Restaurang och hotell"),
    "yrkeschauffor": marked("Yrkesförare"),
    "ovriga": marked("Övriga yrken"),
}
EMPLOYMENTS = {
    "permanent": marked("Tillsvidareanställning"),
    "fixed_term": marked("Tidsbegränsad anställning"),
    "substitute": marked("Vikariat"),
    "seasonal": marked("Säsongsarbete"),
    "on_demand": marked("Behovsanställning"),
    "summer_job": marked("Sommarjobb"),
}
HOURS = {"full_time": marked("Heltid"), "part_time": marked("Deltid")}


@dataclass(frozen=True)
class JobsView:
    sectors: Options
    words: str
    is_in_shortage: bool
    is_narrowed: bool
    ads: Sequence[Ad]
    first: str | None
    following: str | None


@dataclass(frozen=True)
class JobView:
    ad: Ad
    facts: Facts
    wanted: Sequence[tuple[Markup, Sequence[str]]]


@router.get(LIST)
async def jobs(page: PublicPage, bransch: str = "", q: str = "", brist: str = "", after: str = "") -> Response:
    sector, words = chosen(bransch, SECTORS), q.strip()[:80]
    found = await page.ask(Recruitment).ads(after, sector=sector, q=words, in_shortage="true" if brist else "")
    kept = {"bransch": sector, "q": words, "brist": "1" if brist else ""}
    view = JobsView(
        sectors=choices(sector, SECTORS),
        words=words,
        is_in_shortage=bool(brist),
        is_narrowed=any(kept.values()),
        ads=found.items,
        first=address(LIST, **kept) if after else None,
        following=address(LIST, **kept, after=found.next) if found.next else None,
    )
    return page.show("public/jobs.html", view)


@router.get(f"{LIST}/{{ad_id}}")
async def job(page: PublicPage, ad_id: UUID) -> Response:
    ad = await page.ask(Recruitment).ad(ad_id)
    wanted = [(title, items) for title, items in wanted_of(ad) if items]
    return page.show("public/job.html", JobView(ad, known(facts_of(ad)), wanted))


def facts_of(ad: Ad) -> Iterator[tuple[Markup, Markup]]:
    place = [ad.workplace_address.city, ad.workplace_address.municipality]
    yield _("Arbetsgivare"), apart(ad.employer.name)
    if ad.employer.organization_number:
        yield _("Organisationsnummer"), apart(_with_dash(ad.employer.organization_number))
    if ad.employer.country:
        yield _("Registrerat i"), country_name(ad.employer.country)
    yield _("Ort"), apart(", ".join(part for part in place if part))
    yield _("Anställning"), _(EMPLOYMENTS[ad.employment_type])
    yield _("Omfattning"), _(HOURS[ad.working_hours_type])
    yield (
        _("Antal jobb"),
        ngettext("%(num)s plats", "%(num)s platser", ad.number_of_vacancies) % {"num": ad.number_of_vacancies},
    )
    yield _("Yrke"), apart(ad.occupation.label)


def country_name(code: str) -> Markup:
    return apart(speaking().catalogue.locale.territories.get(code, code))


def _with_dash(number: str) -> str:
    return f"{number[:6]}-{number[6:]}" if number.isdecimal() else number


def wanted_of(ad: Ad) -> Iterator[tuple[Markup, Sequence[str]]]:
    yield _("Du behöver"), ad.must_have.skills
    yield _("Du behöver kunna språken"), ad.must_have.languages
    yield _("Det är bra om du har"), ad.nice_to_have.skills
    yield _("Det är bra om du kan språken"), ad.nice_to_have.languages
