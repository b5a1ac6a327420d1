"""How two administrators bring a definition to hold, without scripts; each refusal is said in words."""

from datetime import timedelta

import pytest

from shared.clock import SWEDEN, now
from tests.system import System

from .applying import Applicant
from .definitions import ALMA, DEFINITIONS, GUIDE, KIND, NAME, OLLE, VERSIONS, Editor
from .visitors import Visitor

LABEL = "Vad lockar dig med verkstaden?"


@pytest.fixture
async def alma(visitor: Visitor) -> Visitor:
    await visitor.sign_in(ALMA)
    return visitor


@pytest.fixture
async def olle(portal: str) -> Visitor:
    visitor = Visitor(portal)
    await visitor.sign_in(OLLE)
    return visitor


def boxes(name: str, days: int) -> dict[str, str]:
    at = (now() + timedelta(days=days)).astimezone(SWEDEN)
    parts = {"ar": f"{at:%Y}", "manad": f"{at:%m}", "dag": f"{at:%d}", "tid": "8.00"}
    return {f"{name}-{part}": value for part, value in parts.items()}


async def test_the_menu_leads_to_the_versions_of_a_definition(alma: Visitor, system: System):
    version = await Editor(system, OLLE).writes(LABEL)

    page = await (await (await Applicant.at(alma, "/handlaggare/felko")).go("Definitioner")).go(
        "Intresseanmälan för makerspace"
    )

    assert f"{VERSIONS}/{version}" in page.answer.text
    assert "Väntar på godkännande" in page.text
    assert "Gäller nu" in page.text


async def test_what_each_service_has_is_listed_under_its_kind(alma: Visitor):
    page = await Applicant.at(alma, "/handlaggare/definitioner")

    for kind, title in {
        "taxa": "Taxan",
        "delegation": "Delegationsordningen",
        "routing": "Köer och fördelning",
    }.items():
        assert title in page.text
        assert f"/{kind}/{kind}" in page.answer.text


async def test_a_version_shows_what_it_says_otherwise_than_the_one_that_holds(alma: Visitor, system: System):
    version = await Editor(system, OLLE).writes(LABEL)

    page = await Applicant.at(alma, f"{VERSIONS}/{version}")

    assert f"<del><bdi>Vad är du intresserad av?</bdi></del></td><td><ins><bdi>{LABEL}</bdi>" in page.answer.text
    assert "fields.role.sv" in page.text
    assert "olle ström · " in page.text


async def test_who_has_written_it_is_told_that_another_approves_it(alma: Visitor, system: System):
    version = await Editor(system, ALMA).writes(LABEL)
    page = await Applicant.at(alma, f"{VERSIONS}/{version}")

    refused = Applicant(alma, await alma.post(f"{VERSIONS}/{version}/godkann", {"nyckel": "a"}))

    assert "Någon annan läser det och godkänner" in page.text
    assert ">Godkänn<" not in page.answer.text
    assert (refused.answer.status_code, "Du har själv skrivit det här: någon annan" in refused.text) == (422, True)


async def test_what_is_approved_is_published_from_a_time_and_the_earlier_is_taken_until_another(
    alma: Visitor, system: System
):
    version = await Editor(system, OLLE, "skolprojekt").writes(LABEL)

    approved = await (await Applicant.at(alma, f"{VERSIONS}/{version}")).press("Godkänn")
    times = {**boxes("effective_at", 500), **boxes("earlier_close_at", 530)}
    published = await approved.press("Publicera", times)
    listed = await published.go("Alla versioner")

    assert "Godkänd. Nu kan den publiceras." in approved.text
    assert "Publicerad, gäller inte än" in published.text
    assert "kl. 08:00" in published.text
    assert listed.text.count("kl. 08:00") == 2


async def test_a_time_that_has_been_is_refused_at_its_box_and_what_was_typed_stays(alma: Visitor, system: System):
    version = await Editor(system, OLLE).writes(LABEL)
    page = await (await Applicant.at(alma, f"{VERSIONS}/{version}")).press("Godkänn")

    refused = await page.press("Publicera", boxes("effective_at", -5))

    assert refused.answer.status_code == 422
    assert refused.boxes["effective_at-tid"] == ["8.00"]
    assert "Ange en tid som inte har varit" in refused.mistakes[0]


async def test_what_another_has_overtaken_is_not_approved_and_the_page_says_why(alma: Visitor, system: System):
    name = "logistikbehov"
    late, first = [await Editor(system, OLLE, name).writes(f"{LABEL} {at}") for at in range(2)]
    await Editor(system, ALMA, name).approves(first)
    await Editor(system, ALMA, name).publishes_later(first)

    refused = await (await Applicant.at(alma, f"{VERSIONS}/{late}")).press("Godkänn")

    assert refused.answer.status_code == 422
    assert "En annan version har publicerats sedan den här skrevs" in refused.text


async def test_approving_twice_is_approving_once(alma: Visitor, system: System):
    version = await Editor(system, OLLE).writes(LABEL)
    form = (await Applicant.at(alma, f"{VERSIONS}/{version}")).boxes

    answers = [await alma.post(f"{VERSIONS}/{version}/godkann", form) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [303, 303]


async def test_a_withdrawn_version_is_kept_and_cannot_be_published(alma: Visitor, system: System):
    version = await Editor(system, ALMA).writes(LABEL)

    page = await (await Applicant.at(alma, f"{VERSIONS}/{version}")).press("Återkalla versionen")

    assert "Återkallad" in page.text
    assert page.answer.text.count(f'action="{VERSIONS}/') == 0
    assert NAME in (await Applicant.at(alma, f"{KIND}/{NAME}")).path


async def test_the_whole_of_a_version_is_fetched_as_it_is_written(alma: Visitor, system: System):
    holding = await Editor(system, OLLE).holding()
    page = await Applicant.at(alma, f"{VERSIONS}/{holding['id']}")

    written = await alma.get(f"{VERSIONS}/{holding['id']}/definition.yaml")

    assert f"{VERSIONS}/{holding['id']}/definition.yaml" in page.answer.text
    assert written.text == holding["source"]
    assert written.headers["content-disposition"] == f'attachment; filename="{NAME}.yaml"'


@pytest.mark.parametrize(
    "path", ["/handlaggare/definitioner/housing/eservice", "/handlaggare/versioner/housing/x/prova"]
)
async def test_a_service_that_has_no_definitions_has_no_pages_of_them(alma: Visitor, path: str):
    answer = await alma.get(path.replace("/x/", "/00000000-0000-0000-0000-000000000000/"))

    assert answer.status_code == 404


async def test_the_list_has_what_each_service_has_and_goes_on_without_one_that_is_away(alma: Visitor, system: System):
    whole = await Applicant.at(alma, DEFINITIONS)

    system.processes.kill("permit-guide-api")
    try:
        partly = await Applicant.at(alma, DEFINITIONS)
    finally:
        system.start("permit-guide-api")
        system.wait_until_ready("permit-guide-api")

    assert f"{DEFINITIONS}/permit-guide/guide/{GUIDE}" in whole.answer.text
    assert f"{DEFINITIONS}/recruitment/shortage-list/bristyrken" in whole.answer.text
    assert "svarar inte just nu" not in whole.text
    assert (partly.answer.status_code, f"{KIND}/{NAME}" in partly.answer.text) == (200, True)
    assert "De här svarar inte just nu: Tillståndsguiden." in partly.text
