"""The boxes of a page, as they are sent."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from portal.forms.definition import Field, Option, Step, missing
from portal.forms.errors import Mistake, Violation, mistakes
from portal.forms.parse import typed_of
from portal.forms.widgets import MOST_RADIOS, Stored, on_page, page_of
from portal.settings import PortalSettings
from portal.static_files import StaticFiles
from portal.templating import environment
from shared.clock import now

from ..html import complaints, parsed
from .published import definition, every_eservice, field

PAGE = """<!doctype html><html lang="sv"><head><title>x</title></head><body>
<a href="#main">x</a><main id="main" tabindex="-1"><h1>x</h1>
{% import "ui/form.html" as ui with context %}{{ ui.error_summary(mistakes) }}
{% for one in widgets %}{{ ui.field(one) }}{% endfor %}</main></body></html>"""
TEMPLATE = environment(PortalSettings(), StaticFiles()).from_string(PAGE)


def shown(
    fields: Sequence[Field],
    answers: Mapping[str, Any] | None = None,
    found: Sequence[Mistake] = (),
    files: Mapping[str, Sequence[Stored]] | None = None,
) -> Any:
    typed = typed_of(fields, answers or {}, "sv")
    text = TEMPLATE.render(widgets=page_of(fields, typed, found, files), mistakes=found)
    assert complaints(text) == []
    return parsed(text)


def unanswered(step: Step) -> tuple[list[Field], list[Mistake]]:
    """The questions of a page, and what is wrong when nothing has been answered."""
    fields = list(on_page(step.fields, {}))
    return fields, mistakes(fields, [Violation(path, "required") for path in missing(fields, {})])


def box(page: Any, name: str) -> Any:
    return page.find(f".//*[@name='{name}']")


def test_what_is_typed_is_read_in_its_own_direction():
    asked = [Field("code", "postal_code", "Postnummer"), Field("about", "textarea", "Beskriv")]

    page = shown(asked, {"code": "831 30", "about": "مرحبا"})

    assert {box(page, name).get("dir") for name in ("code", "about")} == {"auto"}


@every_eservice
def test_every_page_is_well_formed_empty_and_with_every_mistake(eservice: str):
    for step in definition(eservice).steps:
        fields, found = unanswered(step)

        assert shown(fields) is not None
        assert len(found) == len(list(missing(fields, {})))
        assert len(shown(fields, found=found).findall(".//li/a")) == len(found)


@every_eservice
def test_a_summary_leads_to_a_box_that_says_the_same(eservice: str):
    for step in definition(eservice).steps:
        fields, found = unanswered(step)
        page = shown(fields, found=found)
        for mistake in found:
            (target,) = page.findall(f".//*[@id='{mistake.href[1:]}']")
            messages = ["".join(one.itertext()) for one in page.findall(".//p[@data-field='validation']")]
            assert target.tag in ("input", "select", "textarea", "button")
            assert f"Fel: {mistake.text}" in messages


def test_a_box_is_named_described_and_said_to_be_wrong():
    name = field("varmepump", "applicant_email")
    page = shown([name], {"applicant_email": "a@"}, mistakes([name], [Violation("applicant_email", "format", "Ange.")]))

    found = box(page, "applicant_email")
    assert (found.get("type"), found.get("autocomplete"), found.get("value")) == ("email", "email", "a@")
    assert (found.get("aria-invalid"), found.get("aria-describedby")) == ("true", "svar-applicant_email-error")
    assert found.get("required") is None


def test_the_label_comes_first_then_the_hint_the_mistake_and_the_box():
    regnr = field("livsmedel-registrering", "vehicle_regnr")
    page = shown([regnr], found=mistakes([regnr], [Violation("vehicle_regnr", "required")]))

    parts = [one.get("data-field") or one.tag for one in page.find(".//div[@class='ds-field']")]
    assert parts == ["label", "description", "validation", "input"]


def test_only_what_is_optional_is_marked():
    page = shown([Field("a", "text", "A", required=True), Field("b", "text", "B")])

    assert ["".join(one.itertext()) for one in page.findall(".//label")] == ["A", "B (frivilligt)"]


def test_choices_have_a_legend_and_the_chosen_one_is_marked():
    page = shown([field("varmepump", "heat_source")], {"heat_source": "sjo"})

    radios = page.findall(".//fieldset//input[@type='radio']")
    assert page.find(".//fieldset/legend").text == "Värmekälla"
    assert [one.get("value") for one in radios if one.get("checked") is not None] == ["sjo"]
    assert radios[0].get("id") == "svar-heat_source"


def test_what_an_option_reveals_stands_after_it():
    fields = [field("varmepump", name) for name in ("filled_by", "signer_name", "signer_email")]

    page = shown(on_page(fields, {}))

    assert box(page.find(".//div[@class='cond stack']"), "signer_email") is not None


def test_an_optional_choice_can_be_taken_back():
    page = shown([Field("a", "bool", "A")])

    assert [one.get("value") for one in page.findall(".//input")] == ["ja", "nej", ""]


def test_of_many_options_none_is_chosen_before_somebody_has_chosen():
    many = tuple(Option(str(number), str(number)) for number in range(MOST_RADIOS + 1))

    first = shown([Field("sector", "choice", "Bransch", required=True, options=many)]).find(".//option")

    assert (first.get("value"), first.text) == ("", "Välj")


def test_a_day_has_three_boxes_that_say_what_they_are():
    page = shown([Field("start", "date", "Start")], {"start": "2027-03-05"})

    boxes = [box(page, f"start-{part}") for part in ("ar", "manad", "dag")]
    assert [one.get("value") for one in boxes] == ["2027", "3", "5"]
    assert boxes[0].get("id") == "svar-start"


def test_an_address_is_filled_in_by_the_browser_where_it_is_ones_own():
    own = shown([field("varmepump", "applicant_address")])
    other = shown([field("varmepump", "visiting_address")])

    assert box(own, "applicant_address.postal_code").get("autocomplete") == "postal-code"
    assert box(other, "visiting_address.postal_code").get("autocomplete") is None


def test_a_file_that_is_there_is_named_and_can_be_removed():
    plan = Stored("1", "ritning.pdf", 1_258_291, "clean")
    page = shown([field("varmepump", "site_plan")], files={"site_plan": [plan]})

    text = " ".join("".join(page.find(".//ul").itertext()).split())
    assert "ritning.pdf 1,2 MB · inga virus hittades Ta bort ritning.pdf" in text
    assert box(page, "ta-bort").get("value") == "site_plan:1"
    assert box(page, "site_plan-fil") is None


def test_a_file_field_takes_the_types_that_are_published():
    page = shown([field("klagomal-olagenhet", "diary")])

    found = box(page, "diary-fil")
    assert ".pdf" in found.get("accept") and found.get("multiple") is not None


def test_a_text_of_several_lines_keeps_its_first_empty_one():
    page = shown([Field("a", "textarea", "A")], {"a": "\nEtt"})

    assert page.find(".//textarea").text == "\nEtt"


@pytest.mark.parametrize(
    ("one", "hint"),
    [
        (Field("a", "integer", "A", min=1, max=10_000), "Mellan 1 och 10\u00a0000."),
        (Field("a", "decimal", "A", max=0.5), "Högst 0,5."),
        (Field("a", "textarea", "A", min_length=20), "Minst 20 tecken."),
        (Field("a", "text", "A", note="Se skylten.", example="ABC 123"), "Se skylten. Till exempel ABC 123."),
        (Field("a", "date", "A", min="today"), f"Till exempel {now().year + 1} 3 27. Tidigast i dag."),
        (Field("a", "date", "A", max="today"), f"Till exempel {now().year - 1} 3 27. Senast i dag."),
    ],
)
def test_a_hint_says_what_the_question_takes(one: Field, hint: str):
    page = shown([one])

    assert "".join(page.find(".//p[@data-field='description']").itertext()) == hint
