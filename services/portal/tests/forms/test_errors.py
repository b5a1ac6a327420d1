"""What is wrong with the answers, in sentences."""

import pytest

from portal.forms.definition import Field
from portal.forms.errors import Violation, mistakes

from .published import definition, field

ADDRESS = field("varmepump", "applicant_address")
HOLES = field("varmepump", "boreholes")


def said(one: Field, code: str, message: str = "") -> str:
    (mistake,) = mistakes([one], [Violation(one.name, code, message)])
    return str(mistake.text)


@pytest.mark.parametrize(
    ("type_", "sentence"),
    [
        ("text", "Fyll i ”Namn”."),
        ("choice", "Välj ett svar på frågan ”Namn”."),
        ("bool", "Välj ett svar på frågan ”Namn”."),
        ("multi_choice", "Välj minst ett svar på frågan ”Namn”."),
        ("date", "Fyll i datum för ”Namn”."),
        ("datetime", "Fyll i datum och klockslag för ”Namn”."),
        ("file", "Välj en fil för ”Namn”."),
        ("repeat", "Lägg till minst en rad under ”Namn”."),
    ],
)
def test_what_is_not_answered_is_said_as_the_question_is_asked(type_: str, sentence: str):
    assert said(Field("x", type_, "Namn"), "required") == sentence


def test_a_declaration_is_ticked():
    declared = Field("ok", "bool", "Uppgifterna är riktiga", must_be=True, block="declaration")

    assert said(declared, "required") == "Kryssa i ”Uppgifterna är riktiga” för att kunna skicka in."


def test_a_sentence_of_the_service_names_the_question():
    message = "Ange en e-postadress som namn@exempel.se."

    assert said(Field("x", "email", "E-post"), "format", message) == (
        "E-post: ange en e-postadress som namn@exempel.se."
    )


def test_a_sentence_after_a_question_stands_by_itself():
    assert said(Field("x", "text", "Vad saknas?"), "max_length", "Skriv högst 5 tecken.") == (
        "Vad saknas? Skriv högst 5 tecken."
    )
    assert said(Field("x", "integer", "Hur många?"), "type") == "Hur många? Skriv ett heltal, till exempel 12."


def test_a_group_without_rows_gets_one():
    assert said(HOLES, "min_count", "Ange minst 1.") == "Lägg till minst en rad under ”Borrhål”."


def test_what_people_wrote_cannot_be_part_of_the_page():
    assert "<b>" not in said(Field("x", "text", "Namn <b>"), "pattern", "Skriv som <b>.")


@pytest.mark.parametrize(("type_", "code"), [("integer", "type"), ("decimal", "type"), ("date", "format")])
def test_where_the_boxes_are_ours_the_sentence_shows_how(type_: str, code: str):
    assert "till exempel" in said(Field("x", type_, "Antal"), code, "Ange ett datum som 2026-05-01.")


def test_a_mistake_leads_to_its_box():
    wrong = [Violation("applicant_address.postal_code", "format", "Ange ett postnummer som 831 31.")]

    (mistake,) = mistakes([ADDRESS], wrong)

    assert mistake.href == "#svar-applicant_address-postal_code"
    assert mistake.text == "Postadress, Postnummer: ange ett postnummer som 831 31."


def test_a_missing_address_leads_to_its_first_box():
    (mistake,) = mistakes([ADDRESS], [Violation("applicant_address", "required")])

    assert (mistake.href, mistake.text) == ("#svar-applicant_address-street", "Fyll i ”Postadress”.")


def test_a_mistake_in_a_row_knows_which():
    (mistake,) = mistakes([HOLES], [Violation("boreholes.1.length_m", "max", "Ange högst 500.")])

    assert (mistake.row, mistake.path, mistake.text) == (1, "length_m", "Längd (meter): ange högst 500.")


def test_mistakes_in_rows_are_told_in_the_order_of_the_rows_and_their_questions():
    wrong = [Violation(f"boreholes.{place}", "required") for place in ("1.name", "0.length_m", "0.name")]

    assert [(one.row, one.path) for one in mistakes([HOLES], wrong)] == [(0, "name"), (0, "length_m"), (1, "name")]


def test_mistakes_are_told_in_the_order_of_the_questions():
    fields = definition("klagomal-olagenhet").fields
    wrong = [Violation("description", "min_length", "Skriv minst 20 tecken."), Violation("nuisance", "required")]

    assert [one.question for one in mistakes(fields, wrong)] == ["nuisance", "description"]


def test_a_mistake_in_one_of_several_files_is_at_their_question():
    wrong = [Violation("diary.1", "attachment_infected", "Filen innehåller skadlig kod.")]

    (mistake,) = mistakes([field("klagomal-olagenhet", "diary")], wrong)

    assert mistake.href == "#svar-diary"
