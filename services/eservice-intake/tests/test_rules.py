from datetime import UTC, datetime

import pytest

from eservice_intake.catalogue.definitions import FormField
from eservice_intake.catalogue.eservices import EService, Section, catalogue
from eservice_intake.catalogue.rules import attachment_ids, judged, with_computed

NOW = datetime(2026, 5, 1, 22, 30, tzinfo=UTC)
HEAT_PUMP = catalogue().find("varmepump")
FOOD_POISONING = catalogue().find("matforgiftning")
ILL = {
    "eaten_at": "Restaurang Älgen",
    "eaten_when": "2026-04-30T12:00:00+02:00",
    "suspected_food": "Räksallad",
    "people_ate": 4,
    "people_ill": 2,
    "ill_when": "2026-04-30T20:00:00+02:00",
    "symptoms": ["krakning"],
    "sought_care": False,
    "anonymous": True,
}
ROCK = {
    "applicant_name": "Anna Andersson",
    "applicant_email": "anna@exempel.se",
    "applicant_phone": "070-174 06 05",
    "applicant_address": {"street": "Storgatan 1", "postal_code": "831 30", "city": "Östersund"},
    "property_designation": "Östersund Odensala 1:23",
    "invoice_same_as_applicant": True,
    "filled_by": "owner",
    "declaration": True,
    "heat_source": "berg",
    "water_protection_area": False,
    "manufacturer": "Nibe",
    "model": "S1256",
    "power_output_kw": 8.5,
    "heat_transfer_fluid": "etanol",
    "boreholes": [
        {
            "name": "1",
            "length_m": 180,
            "angle_to_vertical": 0,
            "compass_direction": 0,
            "e": 482000,
            "n": 7006000,
            "measured": True,
        }
    ],
    "distance_boundary_m": 25,
    "driller_certificate": "C-123",
    "site_plan": "6c3f6a4e-7c0b-4c39-9d6d-0d4f3d2b1a00",
}


def found(eservice, answers):
    return [(violation.field, violation.code) for violation in judged(eservice, answers, NOW)[1]]


def without(answers, *names):
    return {name: answers[name] for name in answers if name not in names}


def test_answers_that_follow_the_rules_have_no_violations():
    assert found(HEAT_PUMP, ROCK) == []
    assert found(FOOD_POISONING, ILL) == []


def test_everything_wrong_is_named_at_once():
    hole = ROCK["boreholes"][0]
    answers = without(ROCK, "applicant_email") | {
        "boreholes": [hole, {**hole, "length_m": 501, "depth": 3}],
        "heat_transfer_fluid": "olja",
        "declaration": False,
        "colour": "red",
    }

    assert found(HEAT_PUMP, answers) == [
        ("colour", "unknown_field"),
        ("applicant_email", "required"),
        ("heat_transfer_fluid", "option"),
        ("boreholes.1.depth", "unknown_field"),
        ("boreholes.1.length_m", "max"),
        ("declaration", "must_be"),
    ]


def test_a_message_says_in_both_languages_what_to_do():
    [violation] = judged(HEAT_PUMP, {**ROCK, "distance_boundary_m": -1}, NOW)[1]

    assert violation.message.sv == "Ange minst 0."
    assert violation.message.en == "Give at least 0."


def test_a_message_never_repeats_the_answer():
    [violation] = judged(HEAT_PUMP, {**ROCK, "applicant_personnr": "19900101-1230"}, NOW)[1]

    assert "1990" not in violation.message.sv + violation.message.en


def test_a_hidden_field_must_be_absent():
    lake = without(ROCK, "boreholes", "driller_certificate") | {"heat_source": "sjo", "collector_length_m": 300}

    assert found(HEAT_PUMP, lake) == []
    assert found(HEAT_PUMP, {**lake, "boreholes": []}) == [("boreholes", "hidden")]


def test_a_field_shown_by_a_comparison_is_required():
    assert found(HEAT_PUMP, {**ROCK, "distance_boundary_m": 10}) == []
    assert found(HEAT_PUMP, {**ROCK, "distance_boundary_m": 9.9}) == [("neighbour_statement", "required")]


def test_a_field_may_be_shown_by_any_row_of_a_group():
    sewage = catalogue().find("enskilt-avlopp")
    rows = [{"step_number": 1, "type": "slamavskiljare"}, {"step_number": 2, "type": "infiltration"}]

    assert ("percolation_test", "required") in found(sewage, {"treatment": rows})
    assert ("percolation_test", "required") not in found(sewage, {"treatment": rows[:1]})


def test_a_field_may_be_shown_by_one_of_several_choices():
    nicotine = catalogue().find("nikotin-ecigg-folkol")

    assert ("food_registered", "required") in found(nicotine, {"products": ["e_cigaretter", "folkol"]})
    assert ("food_registered", "hidden") in found(nicotine, {"products": ["e_cigaretter"], "food_registered": True})


def test_fields_that_hang_on_a_wrong_answer_are_not_judged():
    assert found(HEAT_PUMP, {**ROCK, "heat_source": "vind"}) == [("heat_source", "option")]
    assert found(HEAT_PUMP, without(ROCK, "heat_source")) == [("heat_source", "required")]


def test_fields_that_hang_on_fields_that_hang_on_a_missing_answer_are_not_judged():
    first = FormField(name="first", type="bool", required=True, sv="Ett", en="One")
    second = FormField(name="second", type="bool", required=True, show_if={"first": True}, sv="Två", en="Two")
    third = FormField(name="third", type="bool", required=True, show_if={"second": True}, sv="Tre", en="Three")
    chain = EService.model_construct(sections=[Section(block=None, fields=[first, second, third])], refuse_if=[])

    assert found(chain, {"third": True}) == [("first", "required")]
    assert found(chain, {"first": False, "third": True}) == [("third", "hidden")]
    assert found(chain, {"first": True}) == [("second", "required")]


def test_a_time_after_another_is_later_than_it():
    same = {**ILL, "ill_when": "2026-04-30T10:00:00Z"}

    assert found(FOOD_POISONING, same) == [("ill_when", "after")]


def test_no_more_fell_ill_than_ate():
    assert found(FOOD_POISONING, {**ILL, "people_ill": 5}) == [("people_ill", "max_field")]


def test_contact_data_ends_anonymity_and_is_refused():
    assert found(FOOD_POISONING, {**ILL, "reporter_email": "anna@exempel.se"}) == [("reporter_email", "hidden")]


def test_a_group_has_at_most_a_hundred_rows():
    answers = {**ROCK, "boreholes": ROCK["boreholes"] * 101}

    assert found(HEAT_PUMP, answers) == [("boreholes", "max_count")]


def test_no_more_than_a_thousand_violations_are_named():
    assert len(found(HEAT_PUMP, {f"x{n}": 1 for n in range(5000)})) == 1000


def test_what_is_computed_is_added_to_the_answers():
    report = catalogue().find("koldmedierapport")
    answers = {"units": [{"co2e_tonnes": 0.1}, {"co2e_tonnes": 0.2}, {"co2e_tonnes": 14}]}

    assert with_computed(report, answers) == {**answers, "total_co2e": 14.3}


def test_attachments_are_found_by_path():
    certificate = catalogue().find("avlopp-kvalitetsforsakran")
    one, two = "6c3f6a4e-7c0b-4c39-9d6d-0d4f3d2b1a01", "6c3f6a4e-7c0b-4c39-9d6d-0d4f3d2b1a02"

    named = attachment_ids(certificate, {"photos": [one, "no id", 17], "revised_site_plan": two})

    assert {path: str(attachment_id) for path, attachment_id in named.items()} == {
        "photos.0": one,
        "revised_site_plan": two,
    }


def test_kind_and_unit_follow_the_answers():
    complaint = catalogue().find("klagomal-olagenhet")

    assert HEAT_PUMP.kind_for({"water_protection_area": True}) == "ansokan"
    assert HEAT_PUMP.kind_for({"water_protection_area": False}) == "anmalan"
    assert complaint.unit_for({"nuisance": "oljespill"}) == "miljoskydd"


@pytest.mark.parametrize(
    ("volume", "protected", "codes"),
    [(1, False, ["no_notice_needed"]), (1.1, False, []), (0.15, True, ["no_notice_needed"]), (0.16, True, [])],
)
def test_a_small_tank_needs_no_notice(volume, protected, codes):
    answers = {"volume_m3": volume, "water_protection_area": protected}

    assert [code for field, code in found(catalogue().find("cistern"), answers) if field == "volume_m3"] == codes


def test_a_change_of_owner_is_sent_to_the_other_eservice():
    change = catalogue().find("livsmedel-andring-upphorande")

    [violation] = [v for v in judged(change, {"change_type": "agare_orgnr"}, NOW)[1] if v.field == "change_type"]

    assert violation.code == "use_other_eservice"
    assert "livsmedel-registrering" in violation.message.en


def test_who_closes_down_is_asked_only_what_matters_then():
    hygiene = catalogue().find("hygienisk-verksamhet")
    own = {field.name for field in hygiene.fields}

    asked = {name for name, code in found(hygiene, {"matter": "upphor"}) if code == "required" and name in own}

    assert asked == {"start_date"}


def test_a_company_applies_where_a_person_does_and_says_which_it_is():
    company = {"for_organisation": True, "orgnr": "556000-4615", "company_name": "Brf Granen"}

    assert found(HEAT_PUMP, ROCK | company) == []
    assert found(HEAT_PUMP, ROCK | {"for_organisation": True}) == [("orgnr", "required"), ("company_name", "required")]
    assert HEAT_PUMP.sender_of(ROCK | company) == "Brf Granen"


def test_who_wants_to_be_known_says_how_they_are_reached():
    assert found(FOOD_POISONING, {**ILL, "anonymous": False}) == [("reporter_email", "required")]


def test_a_dry_toilet_is_not_asked_about_a_septic_tank():
    dry = {"matter": "annan_toalett", "treatment": [{"type": "torrlosning", "step_number": 1, "ce_marked": True}]}

    asked = {name for name, code in found(catalogue().find("enskilt-avlopp"), dry) if code == "required"}

    assert not asked & {"septic_tank_volume", "incoming_water"}
