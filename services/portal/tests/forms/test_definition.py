"""An e-service as it is published, and the pages it is asked on."""

import pytest

from portal.forms.definition import Field, Option, definition_of, missing

from .published import definition, every_eservice, field

SUMMER = Field("summer", "bool", "Sommar", required=True)
MONTH = Field("month", "text", "Månad", required=True, show_if={"summer": True})


@every_eservice
@pytest.mark.parametrize("language", ["sv", "en"])
def test_every_question_is_on_one_page(eservice: str, language: str):
    known = definition(eservice, language)

    on_pages = [one.name for step in known.steps for one in step.fields]
    elsewhere = [one.name for one in known.fields if one.is_declaration or one.is_computed]
    assert sorted(on_pages + elsewhere) == sorted(one.name for one in known.fields)


@every_eservice
@pytest.mark.parametrize("language", ["sv", "en"])
def test_a_page_has_one_topic_and_a_title_of_its_own(eservice: str, language: str):
    steps = definition(eservice, language).steps

    titles = [step.title for step in steps]
    assert len(titles) == len(set(titles)) == len({step.path for step in steps})
    assert not [title for title in titles if title == "Uppgifter" or title.endswith(")")]
    assert max(len([one for one in step.fields if not one.show_if]) for step in steps) <= 7


@every_eservice
def test_each_file_and_each_group_of_rows_has_a_page_of_its_own(eservice: str):
    for step in definition(eservice).steps:
        types = {one.type for one in step.fields}
        assert (step.kind == "files") is ("file" in types)
        assert (step.kind == "rows") is ("repeat" in types)
        assert step.kind == "fields" or len(step.fields) == 1


@every_eservice
def test_a_question_on_a_page_leans_on_earlier_pages_or_is_under_an_option(eservice: str):
    for step in definition(eservice).steps:
        names = {one.name for one in step.fields}
        for one in step.fields:
            leans_here = [path for path in one.show_if if path.partition(".")[0] in names]
            revealed = any(one.is_revealed_by(other) for other in step.fields)
            assert revealed or not leans_here, one.name


def test_an_eservice_that_names_no_topics_has_pages_that_are_not_too_long():
    fields = [{"name": f"a{number}", "type": "text", "label": "A", "required": False} for number in range(16)]
    schema = {"properties": {one["name"]: {"type": "string"} for one in fields}}

    made = definition_of({"id": "x", "title": "X", "blocks": [], "fields": fields}, schema, "sv", "Uppgifter")

    assert [(step.title, len(step.fields)) for step in made.steps] == [
        ("Uppgifter", 7),
        ("Uppgifter (2)", 7),
        ("Uppgifter (3)", 2),
    ]


def test_options_units_files_and_rows_are_as_they_are_published():
    assert field("varmepump", "heat_source").options[0] == Option("berg", "Berg")
    assert field("varmepump", "boreholes").note == "Lägg till en rad för varje borrhål."
    assert field("varmepump", "site_plan").max_bytes == 10 * 1024 * 1024
    assert ".pdf" in field("varmepump", "site_plan").accept
    assert [one.name for one in field("varmepump", "boreholes").fields][:2] == ["name", "length_m"]
    assert field("klagomal-olagenhet", "diary").is_list


def test_an_address_has_boxes_and_countries_have_names():
    address = definition("varmepump", "en").fields[5]

    assert [(one.name, one.required) for one in address.fields] == [
        ("street", True),
        ("postal_code", True),
        ("city", True),
        ("country", False),
    ]
    assert Option("NO", "Norway") in address.fields[3].options


def test_pages_on_which_nothing_is_asked_are_passed_over():
    def paths(answers):
        return [step.path for step in definition("varmepump").steps_for(answers)]

    assert "boreholes" in paths({"heat_source": "berg"})
    assert "boreholes" not in paths({"heat_source": "sjo"})
    assert "bilagor/neighbour_statement" in paths({"distance_boundary_m": 4})
    assert "bilagor/neighbour_statement" not in paths({"distance_boundary_m": 40})


def test_an_answer_to_what_is_no_longer_asked_is_not_sent_in():
    answers = {"heat_source": "sjo", "boreholes": [{"name": "Norra"}], "driller_certificate": "123"}

    assert definition("varmepump").asked(answers) == {"heat_source": "sjo"}


@pytest.mark.parametrize(
    ("answers", "wanted"), [({}, ["summer"]), ({"summer": False}, []), ({"summer": True}, ["month"])]
)
def test_what_must_be_answered_hangs_on_the_other_answers(answers: dict[str, bool], wanted: list[str]):
    assert list(missing([SUMMER, MONTH], answers)) == wanted


def test_what_is_missing_in_a_group_and_in_a_row_is_told_by_its_place():
    fields = [field("varmepump", "applicant_address"), field("varmepump", "boreholes")]
    answers = {"applicant_address": {"street": "Storgatan 1"}, "heat_source": "berg", "boreholes": [{"name": "Norra"}]}

    found = list(missing(fields, answers))

    assert found[:3] == ["applicant_address.postal_code", "applicant_address.city", "boreholes.0.length_m"]


def test_an_address_abroad_needs_no_postal_code():
    abroad = {"street": "Main St 1", "city": "Dublin", "country": "IE"}

    assert list(missing([field("varmepump", "applicant_address")], {"applicant_address": abroad})) == []
