"""How templates are written: what they can call, and how numbers and times are shown."""

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import jinja2
from babel import Locale, dates, numbers
from markupsafe import Markup

from portal import i18n
from portal.i18n import speaking
from portal.settings import PortalSettings
from portal.static_files import StaticFiles
from shared.clock import SWEDEN, now

TEMPLATES = Path(__file__).parent / "templates"


def environment(settings: PortalSettings, files: StaticFiles) -> jinja2.Environment:
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
        auto_reload=not settings.in_production,
    )
    texts: Any = made  # the extension gives it the method
    texts.install_gettext_callables(i18n.gettext, i18n.ngettext, newstyle=True)
    made.globals |= {"plain": i18n.plain, "static": files.address, "municipality": settings}
    made.filters |= FILTERS
    return made


def number(value: float) -> str:
    return numbers.format_decimal(value, locale=_locale())


def money(value: float) -> str:
    """Kronor: without öre where there are none."""
    pattern = None if value % 1 else "#,##0 ¤"
    return numbers.format_currency(value, "SEK", pattern, locale=_locale(), currency_digits=False)


def day(value: date | datetime, language: str = "") -> str:
    """18 november 2026, in the page's language or another."""
    return dates.format_date(_in_sweden(value), "long", locale=language or _locale())


def short_day(value: date | datetime) -> str:
    """18 nov., with the year where it is another than this one."""
    at = _in_sweden(value)
    is_this_year = at.year == _in_sweden(now()).year
    return dates.format_skeleton("MMMd" if is_this_year else "yMMMd", at, locale=_locale())


def month(value: date) -> str:
    """November 2026."""
    text = dates.format_skeleton("yMMMM", value, locale=_locale())
    return text[:1].upper() + text[1:]


def quarter(value: date) -> str:
    """3:e kvartalet 2026."""
    return dates.format_skeleton("yQQQQ", value, locale=_locale())


def moment(value: datetime) -> str:
    """18 november 2026 kl. 14:02."""
    return i18n.plain("%(day)s kl. %(time)s") % {"day": day(value), "time": clock(value)}


def weekday(value: date | datetime) -> str:
    """Onsdag 18 november 2026."""
    text = dates.format_date(_in_sweden(value), "full", locale=_locale())
    return text[:1].upper() + text[1:]


def clock(value: datetime) -> str:
    """14:02."""
    return dates.format_time(value, "HH:mm", tzinfo=SWEDEN, locale=_locale())


def waited(value: datetime) -> str:
    """3 minuter."""
    return dates.format_timedelta(now() - value, locale=_locale())


def lasting(seconds: float) -> str:
    """1 minut."""
    return dates.format_timedelta(timedelta(seconds=seconds), locale=_locale())


def apart(text: object) -> Markup:
    """A reference, a name: read in its own direction in a text of the other."""
    return Markup("<bdi>{}</bdi>").format(text)


def phone(text: str) -> Markup:
    digits = "".join(character for character in text if character.isdigit())
    return Markup('<a class="ds-link" href="tel:{}" dir="ltr">{}</a>').format(digits, text)


def path(text: object) -> str:
    """Something as a part of an address."""
    return quote(str(text), safe="")


def _in_sweden(value: date | datetime) -> date:
    return value.astimezone(SWEDEN).date() if isinstance(value, datetime) else value


def _locale() -> Locale:
    return speaking().catalogue.locale


FILTERS = {
    "of_service": i18n.of_service,
    "number": number,
    "money": money,
    "day": day,
    "short_day": short_day,
    "month": month,
    "quarter": quarter,
    "moment": moment,
    "weekday": weekday,
    "clock": clock,
    "waited": waited,
    "lasting": lasting,
    "apart": apart,
    "phone": phone,
    "path": path,
}
