"""The catalogues are as the code is, and the English one is whole."""

import pytest

from services.portal.tools import texts


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_a_catalogue_has_the_texts_of_the_code(language: str):
    catalogue = texts.read(texts.catalogue_of(language), language)

    in_the_code = {one.id for one in texts.in_the_code() if one.id}

    assert {one.id for one in catalogue if one.id} == in_the_code, "make texts"


def test_nothing_in_english_is_missing_or_no_longer_what_the_swedish_says():
    catalogue = texts.read(texts.catalogue_of("en"), "en")

    assert list(texts.untranslated(catalogue)) == [], "translate them in locale/en/LC_MESSAGES/portal.po"


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_a_translation_names_what_the_swedish_does(language: str):
    catalogue = texts.read(texts.catalogue_of(language), language)

    assert [str(error) for _, errors in catalogue.check() for error in errors] == []
