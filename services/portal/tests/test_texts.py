"""The catalogues are as the code is; the English one is whole, and so is what the public reads in Arabic."""

from collections.abc import Sequence

import pytest
from babel.messages.catalog import Message

from services.portal.tools import texts

OF_THE_PUBLIC = ("public/", "templates/public/", "templates/ui/", "templates/base.html", "templates/error.html")


def is_public(one: Message) -> bool:
    return any(place.startswith(OF_THE_PUBLIC) for place, _ in one.locations)


def ids_of(one: Message) -> Sequence[str]:
    return (one.id,) if isinstance(one.id, str) else one.id


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_a_catalogue_has_the_texts_of_the_code(language: str):
    catalogue = texts.read(texts.catalogue_of(language), language)

    in_the_code = {one.id for one in texts.in_the_code() if one.id}

    assert {one.id for one in catalogue if one.id} == in_the_code, "make texts"


def test_nothing_in_english_is_missing_or_no_longer_what_the_swedish_says():
    catalogue = texts.read(texts.catalogue_of("en"), "en")

    assert list(texts.untranslated(catalogue)) == [], "translate them in locale/en/LC_MESSAGES/portal.po"


def test_nothing_that_the_public_reads_is_missing_in_arabic():
    left = set(texts.untranslated(texts.read(texts.catalogue_of("ar"), "ar")))

    missing = [one.id for one in texts.in_the_code() if is_public(one) and {*ids_of(one)} & left]

    assert missing == [], "translate them in locale/ar/LC_MESSAGES/portal.po"


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_a_translation_names_what_the_swedish_does(language: str):
    catalogue = texts.read(texts.catalogue_of(language), language)

    assert [str(error) for _, errors in catalogue.check() for error in errors] == []
