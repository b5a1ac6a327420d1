"""The search for leaks finds what has leaked, however it is written."""

import pytest

from tests.leaks import Kept, compact, leaks, lost

TOLD = {"housing": {"Märta Hemlig", "070-123 45 67"}, "recruitment": {"Ada Byron"}}


@pytest.mark.parametrize(
    "text", ["Hej Märta Hemlig!", '{"owner": "M\\u00e4rta Hemlig"}', "MÄRTA  HEMLIG", "Märta\nHemlig"]
)
def test_a_name_is_found_elsewhere_however_it_is_written(text: str):
    log = Kept("housing-api.log", compact(text))

    assert leaks([log], TOLD) == {("housing-api.log", "Märta Hemlig")}


def test_a_number_is_found_in_any_spacing():
    topic = Kept("topic housing.events", compact('{"phone": "+46701234567"}'))

    assert leaks([topic], {"housing": {"70-123 45 67"}}) == {("topic housing.events", "70-123 45 67")}


def test_the_service_that_was_told_may_have_it_and_another_may_not():
    own = Kept("housing's table contact", compact("Märta Hemlig"), "housing")
    others = Kept("recruitment's table contact", compact("Märta Hemlig"), "recruitment")

    assert leaks([own, others], TOLD) == {("recruitment's table contact", "Märta Hemlig")}


def test_an_address_is_found_though_nobody_said_whose_it_is():
    table = Kept("notifications' table delivery", compact("x@example.com"))

    assert leaks([table], {}) == {("notifications' table delivery", "@example.com")}


def test_what_the_told_service_does_not_have_itself_is_said():
    own = Kept("housing's table contact", compact("Märta Hemlig +46 70 123 45 67"), "housing")

    assert lost([own], {"housing": {"Märta Hemlig", "70-123 45 67", "Lockne"}}) == {"Lockne"}
