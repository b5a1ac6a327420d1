"""`GET /permit-guide/result`, as somebody asks it."""

import pytest

from permit_guide.guide.loading import current

RESTAURANT = (
    "sector=mat_dryck&handles_food=true&serves_alcohol=true&sells=folkol&premises=andrad_anvandning"
    "&outdoor_seating_public=true"
)


@pytest.fixture
def result(client):
    async def ask(query: str, **headers: str):
        response = await client.get(f"/permit-guide/result?date=2026-06-01&{query}", headers=headers)
        assert response.status_code == 200, response.text
        return response.json()

    return ask


def one(result, obligation):
    return next(found for found in result["obligations"] if found["id"] == obligation)


def rule(result, rule_id):
    return next(found for found in result["rules"] if found["id"] == rule_id)


async def test_what_takes_longest_comes_first(result):
    restaurant = await result(RESTAURANT)

    assert [found["id"] for found in restaurant["obligations"]] == [
        "serveringstillstand",
        "livsmedel-registrering",
        "bygglov",
        "polistillstand-offentlig-plats",
        "nikotin-ecigg-folkol",
    ]


async def test_what_needs_something_first_starts_when_that_is_done(result):
    serving = one(await result(RESTAURANT), "serveringstillstand")

    assert serving["requires_first"] == [{"id": "livsmedel-registrering", "title": "Registrera livsmedelsverksamheten"}]
    assert (serving["begins"], serving["earliest_start"]) == ("2026-06-15", "2026-09-15")
    assert serving["first"] == ["Kunskapsprov i alkohollagstiftning"]


async def test_nobody_knows_when_a_restaurant_may_start_that_awaits_a_building_permit(result):
    restaurant = await result(RESTAURANT)

    assert restaurant["earliest_start"] is None
    assert one(restaurant, "bygglov")["earliest_start"] is None


async def test_a_food_business_may_start_after_two_weeks(result):
    cafe = await result("sector=mat_dryck&handles_food=true")

    assert cafe["earliest_start"] == "2026-06-15"
    assert one(cafe, "livsmedel-registrering")["lead_time_label"] == "2 veckor före start"


async def test_a_rule_that_fired_says_by_which_answers(result):
    obligation = one(await result("sector=handel&refrigerant_co2e=14,5"), "koldmedierapport")

    assert obligation["rule"]["verdict"] == "fired"
    assert obligation["rule"]["because"] == [
        {
            "question": "refrigerant_co2e",
            "label": "Hur mycket köldmedium har du, i ton koldioxidekvivalenter?",
            "answer": 14.5,
            "answer_label": "14,5",
        }
    ]
    assert obligation["due"] == "2027-03-31"


async def test_a_rule_that_did_not_fire_says_why(result):
    cafe = await result("sector=mat_dryck&handles_food=true&serves_alcohol=false&sells=tobak,folkol")

    assert rule(cafe, "R2")["verdict"] == "no_match"
    assert rule(cafe, "R2")["because"][0]["answer"] is False
    assert rule(cafe, "R17")["verdict"] == "cannot_tell_yet"
    assert rule(cafe, "R17")["waits_for"] == [{"id": "own_water", "title": "Har du egen brunn?"}]


async def test_what_is_never_asked_is_no_match_and_waits_for_nothing(result):
    hairdresser = await result("sector=skonhet_halsa")

    assert rule(hairdresser, "R1")["verdict"] == "no_match"
    assert rule(hairdresser, "R5")["verdict"] == "cannot_tell_yet"


async def test_a_rule_out_of_its_time_says_so(result):
    farm = await result("sector=lantbruk&farm_alcohol=true&premises=ny_byggnad")

    assert rule(farm, "R9a")["in_time"] is False
    assert rule(farm, "R9b")["valid_from"] == "2025-12-01"
    assert one(farm, "gardsforsaljning")["first"] == ["Betald ansökningsavgift", "Godkänt kunskapsprov"]


async def test_what_is_left_to_ask_is_listed_and_the_next_question_comes_whole(result):
    begun = await result("sector=skonhet_halsa&pierces_skin=true")

    assert begun["next"]["id"] == "injections"
    assert [question["id"] for question in begun["missing"]][:3] == ["injections", "premises", "outdoor_seating_public"]


async def test_nothing_is_asked_after_the_last_answer_but_what_may_be_added(result):
    done = await result(
        "sector=annat&premises=hemma&outdoor_seating_public=false&own_water=false&own_sewage=false"
        "&refrigerant_co2e=0&in_water_protection_area=false"
    )

    assert (done["next"], done["missing"], done["obligations"]) == (None, [], [])
    assert [question["id"] for question in done["optional"]] == ["heat_pump"]
    assert done["earliest_start"] == "2026-06-01"


async def test_whoever_does_not_know_is_led_to_the_business_guide(result):
    unsure = await result("sector=annat&own_sewage=vet_ej")

    assert [found["id"] for found in unsure["obligations"]] == ["boka-foretagslots"]
    assert rule(unsure, "R15")["verdict"] == "cannot_tell_yet"
    assert "own_sewage" not in [question["id"] for question in unsure["missing"]]


async def test_our_e_service_is_given_the_answers_that_fit(result):
    cafe = await result("sector=mat_dryck&handles_food=true&own_water=true&activities=servering,nedkylning")

    assert one(cafe, "livsmedel-registrering")["eservice"] == {
        "id": "livsmedel-registrering",
        "answers": {"own_water": True, "activities": ["servering", "nedkylning"]},
    }
    assert one(await result("sector=annat&premises=ny_byggnad"), "bygglov")["eservice"] is None


async def test_the_seven_headings_of_the_town_are_told_of_each(result):
    for language, first in (("sv", "Börja i god tid"), ("en", "Begin in good time")):
        restaurant = await result(RESTAURANT, **{"Accept-Language": language})
        for obligation in restaurant["obligations"]:
            assert len(obligation["headings"]) == 7
            assert obligation["headings"][0]["title"] == first
            assert all(heading["text"] for heading in obligation["headings"])


@pytest.mark.parametrize(
    ("query", "field", "code"),
    [
        ("sektor=handel", "sektor", "unknown_question"),
        ("sector=rymdfart", "sector", "unknown_answer"),
        ("sells=kaffe", "sells", "unknown_answer"),
        ("handles_food=kanske", "handles_food", "unknown_answer"),
        ("handles_food=true&handles_food=false", "handles_food", "one_answer"),
        ("refrigerant_co2e=mycket", "refrigerant_co2e", "not_a_number"),
        ("refrigerant_co2e=-1", "refrigerant_co2e", "not_a_number"),
        ("refrigerant_co2e=NaN", "refrigerant_co2e", "not_a_number"),
        ("date=igar", "date", "date_from_datetime_parsing"),
    ],
)
async def test_an_answer_that_is_unknown_is_refused_by_name(client, query, field, code):
    response = await client.get(f"/permit-guide/result?{query}")

    assert response.status_code == 422
    assert [(wrong["field"], wrong["code"]) for wrong in response.json()["violations"]] == [(field, code)]


async def test_everything_that_is_wrong_is_told_at_once(client):
    response = await client.get("/permit-guide/result?sector=x&own_water=y&z=1")

    assert {wrong["field"] for wrong in response.json()["violations"]} == {"sector", "own_water", "z"}


async def test_a_search_finds_by_what_people_say(client):
    for words, first in (
        ("tattoo", "hygienisk-verksamhet"),
        ("bergv", "varmepump"),
        ("vitt snus", "nikotin-ecigg-folkol"),
    ):
        found = (await client.get("/permit-guide/search", params={"q": words})).json()["found"]
        assert found[0]["id"] == first


async def test_an_answer_to_what_is_not_asked_is_shown_as_such(result):
    answers = (await result("sector=mat_dryck&handles_food=false&serves_alcohol=true"))["answers"]

    assert [(answer["question"], answer["asked"]) for answer in answers] == [
        ("sector", True),
        ("handles_food", True),
        ("serves_alcohol", False),
    ]


async def test_an_answer_that_the_result_is_whole_without_is_shown_as_such(result):
    answers = (await result("sector=annat&heat_pump=false"))["answers"]

    assert [(answer["question"], answer["optional"]) for answer in answers] == [("sector", False), ("heat_pump", True)]


async def test_a_search_finds_nothing_by_words_that_nobody_wrote(client):
    assert (await client.get("/permit-guide/search?q=zebra")).json() == {"found": []}


async def test_the_graph_has_every_question_rule_and_obligation(client):
    guide = (await client.get("/permit-guide?language=en")).json()

    answer = await client.get("/permit-guide/graph?language=en")

    assert answer.headers["content-type"] == "image/svg+xml"
    assert answer.text.count("<rect") == len(guide["questions"]) + len(current().rules) + len(current().obligations)
    assert "Do you handle food?" in answer.text
