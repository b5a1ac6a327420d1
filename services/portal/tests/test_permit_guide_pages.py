"""Somebody asks the permit guide, and goes on to the e-services with the answers."""

from .applying import Applicant, text_of
from .pages.permit_guide import AT_NUMBER, GUIDE, RESTAURANT
from .visitors import Visitor


async def answered(page: Applicant, **answers: str | list[str]) -> Applicant:
    """Choose, and go on: the form is asked for with what it says in the address."""
    form = page.page.find(".//main//form")
    assert form is not None
    kept = [(one.get("name"), one.get("value")) for one in form.iter("input") if one.get("type") == "hidden"]
    chosen = [(name, one) for name, some in answers.items() for one in (some if isinstance(some, list) else [some])]
    query = "&".join(f"{name}={value}" for name, value in [*kept, *chosen])
    return await Applicant.at(page.visitor, f"{form.get('action')}?{query}")


async def test_the_start_page_leads_to_the_guide(visitor: Visitor):
    start = await Applicant.at(visitor, "/")

    guide = await start.go("Tillståndsguiden")

    assert guide.heading == "Tillståndsguiden"
    assert (await guide.go("Börja")).heading == "Vad ska du göra?"


async def test_a_restaurant_answers_one_question_a_page_and_begins_its_registration(visitor: Visitor):
    page = await Applicant.at(visitor, f"{GUIDE}/fragor")
    answers = {
        "Vad ska du göra?": {"sector": "mat_dryck"},
        "Hanterar du livsmedel?": {"handles_food": "true"},
        "Ska du servera alkohol?": {"serves_alcohol": "true"},
        "Säljer du något av detta?": {"sells": ["folkol", "nikotin"]},
        "Var ska du vara?": {"premises": "befintlig_lokal"},
        "Ska du ha uteservering eller skylt på offentlig plats?": {"outdoor_seating_public": "false"},
        "Har du egen brunn?": {"own_water": "true"},
        "Har du eget avlopp?": {"own_sewage": "false"},
        "Hur mycket köldmedium har du, i ton koldioxidekvivalenter?": {"refrigerant_co2e": "13,9"},
        "Ligger platsen inom ett vattenskyddsområde?": {"in_water_protection_area": "false"},
    }

    for question, answer in answers.items():
        assert page.heading == question
        page = await answered(page, **answer)
    assert page.heading == "Det här behöver du göra"
    draft = await page.press("Börja fylla i: Registrera livsmedelsverksamheten")

    assert "/e-tjanster/livsmedel-registrering/utkast/" in draft.path
    token = draft.path.split("/utkast/")[1].partition("/")[0]
    water = await Applicant.at(visitor, f"/e-tjanster/livsmedel-registrering/utkast/{token}/own_water")
    assert water.boxes["own_water"] == ["ja"]


async def test_all_that_can_be_done_here_is_saved_as_drafts_with_links_to_keep(visitor: Visitor):
    page = await Applicant.at(visitor, f"{GUIDE}/resultat?{RESTAURANT}")

    saved = await page.press("Spara alla som utkast")

    assert saved.heading == "Dina utkast är sparade"
    links = [text_of(one) for one in saved.page.findall(".//main//bdi")]
    assert len(links) >= 3
    assert (await saved.go("Anmälan om registrering")).path.startswith("/e-tjanster/livsmedel-registrering/utkast/")


async def test_a_result_says_by_which_answers_and_which_law(visitor: Visitor):
    page = await Applicant.at(visitor, f"{GUIDE}/resultat?{RESTAURANT}")

    assert "Hur mycket köldmedium har du, i ton koldioxidekvivalenter? 20" in page.text
    assert "artikel 6.2 i förordning (EG) nr 852/2004" in page.text
    assert "Kunskapsprov i alkohollagstiftning" in page.text


async def test_a_question_that_is_not_answered_is_asked_again_with_what_is_wrong(visitor: Visitor):
    page = await answered(await Applicant.at(visitor, f"{GUIDE}/fragor"))

    assert (page.answer.status_code, page.heading) == (422, "Vad ska du göra?")
    assert len(page.mistakes) == 1


async def test_what_was_typed_is_still_there_when_it_is_not_a_number(visitor: Visitor):
    page = await answered(await Applicant.at(visitor, f"{GUIDE}/fragor?{AT_NUMBER}"), refrigerant_co2e="mycket")

    assert page.answer.status_code == 422
    assert page.boxes["refrigerant_co2e"] == ["mycket"]
    assert page.mistakes == ["Skriv ett tal från 0 till 1 000 000, till exempel 13,9."]


async def test_whoever_does_not_know_goes_on_and_is_led_to_the_business_guide(visitor: Visitor):
    page = await Applicant.at(visitor, f"{GUIDE}/fragor?{AT_NUMBER}")

    page = await answered(await page.go("Jag vet inte"), in_water_protection_area="false")

    assert "Boka tid med företagslotsen" in page.text


async def test_an_answer_that_is_not_asked_any_longer_leaves_the_address(visitor: Visitor):
    page = await Applicant.at(visitor, f"{GUIDE}/resultat?sector=mat_dryck&handles_food=false&serves_alcohol=true")

    assert page.path == f"{GUIDE}/resultat?sector=mat_dryck&handles_food=false"
    assert "serveringstillstånd" not in page.text.partition("Det som inte gäller dig")[0]


async def test_what_the_guide_does_not_know_leaves_the_address(visitor: Visitor):
    page = await Applicant.at(visitor, f"{GUIDE}/resultat?sector=rymdfart&colour=red&own_water=true&datum=igar")

    assert page.path == f"{GUIDE}/fragor?own_water=true"


async def test_an_answer_is_changed_from_the_result_and_the_others_are_kept(visitor: Visitor):
    page = await Applicant.at(visitor, f"{GUIDE}/resultat?{RESTAURANT}")

    changing = await page.go("Ändra Ska du servera alkohol?")

    assert changing.heading == "Ska du servera alkohol?"
    result = await answered(changing, serves_alcohol="false")
    assert result.heading == "Det här behöver du göra"
    assert "Sök serveringstillstånd" not in result.text.partition("Det som inte gäller dig")[0]


async def test_more_questions_may_be_answered_and_propose_a_risk_class(visitor: Visitor):
    page = await Applicant.at(visitor, f"{GUIDE}/resultat?{RESTAURANT}")

    more = await page.go("Svara på några frågor till")
    result = await answered(
        more,
        main_orientation="servering_restaurang",
        activities="nedkylning",
        product_groups="kott",
        production_size="a_storst",
    )

    assert "Föreslagen riskklass: hög." in result.text


async def test_an_answer_that_may_be_left_out_is_changed_among_the_others_that_may(visitor: Visitor):
    page = await Applicant.at(visitor, f"{GUIDE}/resultat?{RESTAURANT}&production_size=a_storst")

    changing = await page.go("Ändra Hur stor är verksamheten?")

    assert changing.heading == "Några frågor till"
    assert "Hur stor är verksamheten?" in changing.text


async def test_a_result_of_another_day_follows_the_rules_of_that_day(visitor: Visitor):
    farm = "sector=lantbruk&farm_alcohol=true"

    after = await Applicant.at(visitor, f"{GUIDE}/resultat?{farm}&datum=2031-06-01")
    before = await Applicant.at(visitor, f"{GUIDE}/resultat?{farm}&datum=2026-06-01")

    assert "regeln gäller inte den dagen" in after.text
    assert "Regeln gäller till och med 31 maj 2031." in before.text


async def test_a_search_leads_to_the_e_service(visitor: Visitor):
    page = await Applicant.at(visitor, f"{GUIDE}?q=tatuering")

    assert "1 träff" in page.text
    assert (await page.go("Anmäl hygienisk verksamhet")).path == "/e-tjanster/hygienisk-verksamhet"


async def test_the_guide_is_read_in_english(visitor: Visitor):
    page = await Applicant.at(visitor, f"/en{GUIDE}/resultat?{RESTAURANT}")

    assert page.heading == "What you need to do"
    assert "Apply for a permit to serve alcohol" in page.text
