from datetime import UTC, datetime

from portal import i18n
from portal.i18n import Catalogue, Speaking
from portal.pseudo import pseudo
from portal.templating import moment, short_day
from shared.clock import now

from .visitors import Visitor


def said(catalogue: Catalogue, text: str) -> tuple[str, bool]:
    speaking = Speaking(catalogue)
    token = i18n._speaking.set(speaking)
    try:
        return str(i18n.gettext(text)), speaking.fell_back
    finally:
        i18n._speaking.reset(token)


def test_what_is_not_translated_is_marked_as_swedish():
    assert said(Catalogue("ar", {}), "Spara") == ('<span lang="sv" dir="ltr">Spara</span>', True)
    assert said(Catalogue("ar", {"Spara": ("حفظ",)}), "Spara") == ("حفظ", False)


def test_the_pseudo_language_is_longer_and_leaves_names_and_elements_alone():
    text = pseudo("Ring <b>%(number)s</b> &amp; fråga")

    assert "<b>%(number)s</b>" in text
    assert "&amp;" in text
    assert len(text) > len("Ring <b>%(number)s</b> &amp; fråga")


async def test_a_page_that_is_partly_swedish_says_so_once(visitor: Visitor):
    partly, whole = await visitor.get("/ar/e-tjanster"), await visitor.get("/ar/personuppgifter")

    assert partly.text.count('role="note"') == 1
    assert 'lang="ar" dir="rtl"' in partly.text
    assert 'role="note"' not in whole.text


async def test_links_go_on_in_the_language_of_the_page(visitor: Visitor):
    page = await visitor.get("/en/kontakt?x=1")

    assert 'href="/en/tillganglighet"' in page.text
    assert 'href="/kontakt?x=1" lang="sv"' in page.text
    assert 'href="/ar/kontakt?x=1" lang="ar"' in page.text


def test_a_day_of_another_year_is_said_with_its_year():
    assert short_day(datetime(2019, 5, 26, tzinfo=UTC)) == "26 maj 2019"
    assert "20" not in short_day(now().replace(day=9))


def test_a_time_is_said_as_each_language_says_it():
    token = i18n._speaking.set(Speaking(Catalogue("en", {"%(day)s kl. %(time)s": ("%(day)s at %(time)s",)})))
    english = moment(datetime(2026, 11, 26, 13, 2, tzinfo=UTC))
    i18n._speaking.reset(token)

    assert english == "26 November 2026 at 14:02"
    assert moment(datetime(2026, 11, 26, 13, 2, tzinfo=UTC)) == "26 november 2026 kl. 14:02"
