"""Staff look for cases. What is looked for is in the address, but never a personal identity number."""

import re
from collections.abc import Awaitable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter
from markupsafe import Markup
from starlette.responses import Response

from portal.clients.base import Refused
from portal.clients.lists import Listed
from portal.clients.staff_cases import CaseRow, Cases, EserviceUnit
from portal.forms.errors import id_of
from portal.forms.widgets import Choice, Widget
from portal.i18n import gettext as _
from portal.i18n import of_service
from portal.pages import Page, StaffPage
from portal.public.filters import address
from portal.staff.case_steps import Wrong
from portal.staff.case_words import STATUSES, TONES, status_text
from shared.clock import day_in_sweden, now

router = APIRouter()
CASES = "/handlaggare/arenden"
FILTERS: Mapping[str, str] = {
    "q": "text",
    "enhet": "unit",
    "status": "status",
    "etjanst": "eservice",
    "mina": "mine",
    "fran": "received_from",
    "till": "received_to",
    "forfaller": "due_to",
    "fastighet": "property_designation",
    "orgnr": "orgnr",
    "sortera": "sort",
    "efter": "after",
}
"""What the address calls the filters of the API."""
NUMBER = "personnummer"
LIKE_A_NUMBER = re.compile(r"(?<!\d)(\d{2})?\d{6}[-+ ]?\d{4}(?!\d)")


@dataclass(frozen=True)
class FoundRow:
    case: CaseRow
    status: Markup
    tone: str
    is_late: bool


@dataclass(frozen=True)
class SearchView:
    words: Widget
    more: list[Widget]
    number: Widget
    are_more_used: bool
    is_by_number: bool
    rows: list[FoundRow]
    mistakes: list[Wrong]
    first: str
    following: str


@router.get("/handlaggare/arenden")
async def search(page: StaffPage) -> Response:
    typed = {name: page.request.query_params.get(name, "").strip() for name in FILTERS}
    return await _answer(page, typed, page.ask(Cases).cases(**_wanted(typed)))


@router.post("/handlaggare/arenden")
async def look_for(page: StaffPage) -> Response:
    """To the address of what is looked for, unless a number is in it that belongs in none."""
    form = await page.form()
    typed = {name: str(form.get(name, "")).strip() for name in (*FILTERS, NUMBER)}
    words = " ".join((typed["q"], typed["orgnr"]))
    if not typed[NUMBER] and not LIKE_A_NUMBER.search(words):
        return page.go(address(CASES, **{**typed, "efter": ""}))
    number = {"personal_number": typed[NUMBER]} if typed[NUMBER] else {}
    return await _answer(page, typed, page.ask(Cases).search(_wanted(typed) | number))


async def _answer(page: Page, typed: Mapping[str, str], asked: Awaitable[Listed[CaseRow]]) -> Response:
    """The page with what is found, or with what is wrong."""
    try:
        found = await asked
    except Refused as refused:
        if refused.status != 422:
            raise
        return page.again("staff/cases.html", await _view(page, typed, None, refused))
    return page.show("staff/cases.html", await _view(page, typed, found))


def _wanted(typed: Mapping[str, str]) -> dict[str, Any]:
    wanted: dict[str, Any] = {FILTERS[name]: value for name, value in typed.items() if value and name in FILTERS}
    return {**wanted, "mine": True} if "mine" in wanted else wanted


async def _view(
    page: Page, typed: Mapping[str, str], found: Listed[CaseRow] | None, refused: Refused | None = None
) -> SearchView:
    services = (await page.ask(Cases).eservices_of_units()).items
    boxes = Boxes(typed, _errors(refused), services)
    words, number, more = boxes.words(), boxes.number(), list(boxes.more())
    by_number = NUMBER in typed
    return SearchView(
        words=words,
        more=more,
        number=number,
        are_more_used=any(one.value or one.error or _chosen(one) for one in more),
        is_by_number=by_number,
        rows=list(_rows(found.items if found else ())),
        mistakes=[Wrong(one.error, f"#{id_of(one.name)}") for one in (words, number, *more) if one.error],
        first=address(CASES, **{**typed, "efter": ""}) if typed.get("efter") and not by_number else "",
        following=address(CASES, **{**typed, "efter": found.next}) if found and found.next and not by_number else "",
    )


def _errors(refused: Refused | None) -> dict[str, str]:
    """What is wrong by the filters of the API, also with an address that somebody has written a number in."""
    in_address = str(_("Ett personnummer hör inte hemma i en adress. Sök på det här på sidan i stället."))
    if refused is None:
        return {}
    return {
        name: in_address if refused.codes[name] == "personal_number_in_address" else text
        for name, text in refused.fields.items()
    }


def _chosen(widget: Widget) -> bool:
    return any(one.is_chosen and one.value for one in widget.options)


def _rows(found: Iterable[CaseRow]) -> Iterator[FoundRow]:
    today = day_in_sweden(now())
    for one in found:
        is_late = one.due_on is not None and one.due_on < today
        yield FoundRow(one, status_text(one.status), TONES.get(one.status, "neutral"), is_late)


@dataclass(frozen=True)
class Boxes:
    """The questions of the page, with what was typed and what is wrong."""

    typed: Mapping[str, str]
    errors: Mapping[str, str]
    services: Iterable[EserviceUnit]

    def words(self) -> Widget:
        hint = _("Referens, diarienummer, namn, fastighet, eller ord ur svaren. Personnummer går också bra.")
        return self._box("q", _("Sök ärende"), hint)

    def number(self) -> Widget:
        return self._box(NUMBER, _("Personnummer"), None, width="w-10", inputmode="numeric")

    def more(self) -> Iterator[Widget]:
        units = {one.unit: of_service(one.unit_label) for one in self.services}
        yield self._choice("enhet", _("Enhet"), {"": _("Alla"), **units})
        yield self._choice("status", _("Status"), {"": _("Alla"), **{one: status_text(one) for one in STATUSES}})
        titles = {one.id: of_service(one.title) for one in self.services}
        yield self._choice("etjanst", _("E-tjänst"), {"": _("Alla"), **titles})
        yield self._box("fastighet", _("Fastighet"), None, width="w-10")
        abroad = _("För ett företag i ett annat land: land och nummer, till exempel <bdi>FI 1234567-8</bdi>.")
        yield self._box("orgnr", _("Organisationsnummer"), abroad, width="w-10")
        yield self._box("fran", _("Kom in från och med"), None, input_type="date", width="w-10")
        yield self._box("till", _("Kom in till och med"), None, input_type="date", width="w-10")
        yield self._box("forfaller", _("Förfaller senast"), None, input_type="date", width="w-10")
        orders = {"": _("Nyast först"), "oldest": _("Äldst först"), "due": _("Förfaller först")}
        yield self._choice("sortera", _("Ordning"), orders)
        yield self._widget("checkbox", "mina", _("Bara ärenden som jag handlägger"))

    def _box(self, name: str, label: Markup, hint: Markup | None, **look: Any) -> Widget:
        return self._widget("text", name, label, hint=hint, **look)

    def _choice(self, name: str, label: Markup, options: Mapping[str, Markup]) -> Widget:
        chosen = self.typed.get(name, "")
        return self._widget(
            "select",
            name,
            label,
            options=tuple(Choice(value, text, value == chosen) for value, text in options.items()),
        )

    def _widget(self, kind: str, name: str, label: Markup, **more: Any) -> Widget:
        error = self.errors.get(FILTERS.get(name, "personal_number"))
        given: dict[str, Any] = {"hint": None, **more}
        return Widget(
            kind=kind,
            name=name,
            label=label,
            required=True,
            error=of_service(error) if error else None,
            value=self.typed.get(name, ""),
            **given,
        )
