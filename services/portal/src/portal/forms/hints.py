"""What helps somebody to answer: what the e-service says of the question, and what its type and limits ask for."""

from collections.abc import Callable, Iterator

from babel.units import format_unit
from markupsafe import Markup

from portal.forms.definition import Field
from portal.i18n import gettext as _
from portal.i18n import of_service, speaking
from portal.templating import apart, number
from shared.clock import now

OTHER_ENDINGS = frozenset({".jpeg", ".jpe", ".jfif", ".heif", ".hif"})
"""Of types that are named by another ending."""
MEGABYTE = 1024 * 1024


def hints_of(one: Field) -> Markup | None:
    said = [of_service(one.note)] if one.note else []
    return Markup(" ").join([*said, *_asked_for(one)]) or None


def _asked_for(one: Field) -> Iterator[Markup]:
    if one.example:
        yield _("Till exempel %(example)s.") % {"example": apart(one.example)}
    if one.type in OF_TYPE:
        yield OF_TYPE[one.type]() % {"year": _example_year(one)}
    if one.type == "file":
        yield from _of_files(one)
    if one.type in ("integer", "decimal"):
        yield from _limits(one)
    if one.min in ("today", "now"):
        yield _("Tidigast i dag.") if one.min == "today" else _("Tidigast nu.")
    if one.max in ("today", "now"):
        yield _("Senast i dag.") if one.max == "today" else _("Senast nu.")
    if one.min_length and one.min_length > 1:
        yield _("Minst %(number)s tecken.") % {"number": number(one.min_length)}


def _example_year(one: Field) -> int:
    """One that could be answered: last year where the day has been, else next year."""
    return now().year + (-1 if one.max in ("today", "now") else 1)


def _of_files(one: Field) -> Iterator[Markup]:
    endings = [ending[1:].upper() for ending in one.accept if ending[:1] == "." and ending not in OTHER_ENDINGS]
    if endings and one.max_bytes:
        yield _("%(types)s. Högst %(size)s.") % {"types": apart(", ".join(endings)), "size": in_bytes(one.max_bytes)}
    if one.is_list:
        yield _("Du kan lägga till flera filer.")


def _limits(one: Field) -> Iterator[Markup]:
    least, most = one.min, one.max
    if isinstance(least, int | float) and isinstance(most, int | float):
        yield _("Mellan %(least)s och %(most)s.") % {"least": number(least), "most": number(most)}
    elif isinstance(least, int | float) and least:
        yield _("Minst %(least)s.") % {"least": number(least)}
    elif isinstance(most, int | float):
        yield _("Högst %(most)s.") % {"most": number(most)}


def in_bytes(size: int) -> str:
    """The size of a file as people read it."""
    unit, amount = (
        ("digital-megabyte", size / MEGABYTE) if size >= MEGABYTE else ("digital-kilobyte", max(size / 1024, 0.1))
    )
    return format_unit(round(amount, amount < 10), unit, "short", locale=speaking().catalogue.locale)


OF_TYPE: dict[str, Callable[[], Markup]] = {
    "orgnr": lambda: _("Tio siffror, till exempel <bdi>556012-5790</bdi>."),
    "personnr": lambda: _("Tolv siffror, till exempel <bdi>19900101-1239</bdi>."),
    "property_designation": lambda: _("Till exempel <bdi>Odensala 1:23</bdi>. Den står på köpekontraktet."),
    "case_reference": lambda: _("Till exempel <bdi>MH-2024-123</bdi>."),
    "date": lambda: _("Till exempel <bdi>%(year)s 3 27</bdi>."),
    "datetime": lambda: _("Till exempel <bdi>%(year)s 3 27</bdi> klockan <bdi>14.30</bdi>."),
    "point_sweref99tm": lambda: _("I meter. En karta på nätet visar koordinaterna."),
    "multi_choice": lambda: _("Välj alla som stämmer."),
}
