"""Brings the catalogues up to date with the code: `make texts`. What changed is fuzzy until somebody has read it."""

from collections.abc import Iterator
from io import SEEK_END, BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po, write_po

PORTAL = Path(__file__).parents[1] / "src/portal"
METHODS = [("**.py", "python"), ("templates/**.html", "jinja2.ext:babel_extract")]
KEYWORDS = {**DEFAULT_KEYWORDS, "plain": None, "marked": None}
LANGUAGES = ("en", "ar")
HEADER = """msgid ""
msgstr ""
"Language: {language}\\n"
"Plural-Forms: {plural}\\n"
"Content-Type: text/plain; charset=utf-8\\n"

"""


def main() -> None:
    for language in LANGUAGES:
        path = catalogue_of(language)
        catalogue = read(path, language)
        catalogue.update(in_the_code(), no_fuzzy_matching=False)
        catalogue.obsolete.clear()
        path.write_bytes(written(catalogue))
        waiting = len(list(untranslated(catalogue)))
        print(f"{language}: {len(catalogue)} texts, {waiting} to translate or look at")


def in_the_code() -> Catalog:
    """Every text that the code and the templates show."""
    found = Catalog()
    for place, line, text, comments, context in extract_from_dir(PORTAL, METHODS, keywords=KEYWORDS):
        found.add(text, locations=[(place, line)], auto_comments=comments, context=context)
    return found


def read(path: Path, language: str) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=language)


def written(catalogue: Catalog) -> bytes:
    """In one order and without places: two people who add texts change different lines."""
    file = BytesIO(HEADER.format(language=catalogue.locale, plural=catalogue.plural_forms).encode())
    file.seek(0, SEEK_END)
    write_po(file, catalogue, no_location=True, omit_header=True, sort_output=True, width=0, include_previous=True)
    return file.getvalue()


def catalogue_of(language: str) -> Path:
    return PORTAL / "locale" / language / "LC_MESSAGES/portal.po"


def untranslated(catalogue: Catalog) -> Iterator[str]:
    """What is missing or fuzzy."""
    for one in catalogue:
        forms = one.string if isinstance(one.string, tuple | list) else (one.string,)
        if one.id and (one.fuzzy or not all(forms)):
            yield one.id if isinstance(one.id, str) else one.id[0]


if __name__ == "__main__":
    main()
