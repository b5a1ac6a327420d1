"""The languages of the pages. Swedish is in the code; what is not translated is shown in Swedish, and marked so."""

from collections.abc import Callable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from gettext import c2py
from pathlib import Path
from typing import Any

from babel import Locale
from babel.messages.pofile import read_po
from markupsafe import Markup
from starlette.types import ASGIApp, Receive, Scope, Send

from portal.pseudo import pseudo
from portal.settings import PortalSettings

LOCALE = Path(__file__).parent / "locale"
SWEDISH, PSEUDO = "sv", "xx"
TRANSLATED = ("en", "ar")
NAMES = {"sv": "Svenska", "en": "English", "ar": "العربية", "xx": "Ẋẋ"}
"""Each in itself."""
WRITTEN_AS = {PSEUDO: SWEDISH, "en": "en_GB"}
"""Where numbers and days are not written as in most of the language."""
OF_SERVICES = ("sv", "en")
"""What the services answer in."""


class Text(Markup):
    """A text of ours, as HTML. Nothing that somebody wrote on a page is one."""


@dataclass
class Catalogue:
    """The texts of one language, by the Swedish. A fuzzy one counts as missing."""

    language: str
    texts: Mapping[str, Sequence[str]]
    plural: Callable[[int], int] = field(default=lambda number: int(number != 1))

    @property
    def locale(self) -> Locale:
        return Locale.parse(WRITTEN_AS.get(self.language, self.language))

    @property
    def direction(self) -> str:
        return self.locale.text_direction

    def text(self, swedish: str, plural: str | None = None, number: int = 1) -> str | None:
        """The translation, or None where there is none."""
        form = self.plural(number) if plural is not None else 0
        if self.language == SWEDISH:
            return plural if form and plural is not None else swedish
        if self.language == PSEUDO:
            return pseudo(plural if form and plural is not None else swedish)
        found = self.texts.get(swedish, ())
        return found[form] if form < len(found) and found[form] else None


@dataclass
class Speaking:
    """What a request is answered in, and whether something was not translated."""

    catalogue: Catalogue
    fell_back: bool = False


_plain = Catalogue(SWEDISH, {})
_speaking: ContextVar[Speaking] = ContextVar("speaking")


def speaking() -> Speaking:
    try:
        return _speaking.get()
    except LookupError:
        return Speaking(_plain)


def gettext(swedish: str) -> Markup:
    """The text in the reader's language, as HTML: what is missing is marked as Swedish. `_` in templates and code."""
    return _marked(swedish, speaking().catalogue.text(swedish))


def ngettext(swedish: str, plural: str, number: int) -> Markup:
    fallback = _plain.text(swedish, plural, number) or swedish
    return _marked(fallback, speaking().catalogue.text(swedish, plural, number))


def plain(swedish: str) -> str:
    """The text where no element can be: in a title, an option, an attribute."""
    return speaking().catalogue.text(swedish) or _fallen_back(swedish)


def marked(swedish: str) -> str:
    """Marks a text to be translated when it is shown."""
    return swedish


def of_service(text: str) -> Markup:
    """What a service said in the language it was asked for: marked as Swedish where the page is in another."""
    if isinstance(text, Text):
        return text
    if speaking().catalogue.language in (*OF_SERVICES, PSEUDO):
        return Markup.escape(text)
    return Markup('<span lang="sv" dir="ltr">{}</span>').format(_fallen_back(text))


def language_of_services() -> str:
    """What the services are asked to answer in."""
    language = speaking().catalogue.language
    return language if language in OF_SERVICES else SWEDISH


def _marked(swedish: str, found: str | None) -> Markup:
    if found is not None:
        return Text(found)
    return Text(f'<span lang="sv" dir="ltr">{_fallen_back(swedish)}</span>')


def _fallen_back(swedish: str) -> str:
    speaking().fell_back = True
    return swedish


class Languages:
    """The languages of this installation, by the first part of the address."""

    def __init__(self, catalogues: Mapping[str, Catalogue]) -> None:
        self.catalogues = catalogues

    def layer(self, app: ASGIApp) -> ASGIApp:
        """Take the language from the address: it becomes the root path, so that routes are written once."""

        async def answer(scope: Scope, receive: Receive, send: Send) -> None:
            first = scope.get("path", "").partition("/")[2].partition("/")[0]
            language = first if first in self.catalogues and first != SWEDISH else SWEDISH
            prefix = "" if language == SWEDISH else f"/{language}"
            token = _speaking.set(Speaking(self.catalogues[language]))
            try:
                await app({**scope, "root_path": scope.get("root_path", "") + prefix}, receive, send)
            finally:
                _speaking.reset(token)

        return answer


def languages_of(settings: PortalSettings) -> Languages:
    catalogues = {SWEDISH: _plain, **{language: _read(language) for language in TRANSLATED}}
    if not settings.in_production:
        catalogues[PSEUDO] = Catalogue(PSEUDO, {})
    return Languages(catalogues)


def _read(language: str) -> Catalogue:
    with (LOCALE / language / "LC_MESSAGES/portal.po").open("rb") as file:
        read = read_po(file, locale=language)
    texts = {_key(one.id): _forms(one.string) for one in read if one.id and not one.fuzzy}
    return Catalogue(language, texts, c2py(read.plural_expr))


def _key(text: Any) -> str:
    return str(text if isinstance(text, str) else text[0])


def _forms(text: Any) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)
