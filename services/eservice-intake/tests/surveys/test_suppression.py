"""No figure of a few companies is shown, and none can be worked out: a solver that has what is published tries."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eservice_intake.surveys.results import CompanyAnswer, Lists, Need, figures_of
from eservice_intake.surveys.suppression import FEWEST, hidden
from shared.events.surveys import SurveyFigures

from .attacker import Attacker, Figure

LISTS = Lists(
    sectors=("it", "vard", "restaurang", "ovriga"),
    occupations=("2512", "2221", "5120", "annat"),
    reasons=("fa_sokande", "sprak", "bostad"),
)
AMOUNTS = {"needed_now": "now", "needed_within_12_months": "within_12_months"}
hard = st.builds(
    Need,
    occupation=st.sampled_from(LISTS.occupations),
    now=st.sampled_from((0, 0, 1, 2, 40)),
    within_12_months=st.sampled_from((0, 1, 3)),
    hard=st.just(True),
    because=st.lists(st.sampled_from(LISTS.reasons), min_size=1, unique=True),
)
easy = st.builds(Need, st.sampled_from(LISTS.occupations), st.just(1), st.just(1), hard=st.just(False))


@st.composite
def rounds(draw) -> list[CompanyAnswer]:
    sizes = [draw(st.sampled_from((0, 3, 5, 5, 6, 9))) for _ in LISTS.sectors]
    sectors = [sector for sector, size in zip(LISTS.sectors, sizes, strict=True) for _ in range(size)]
    return [
        CompanyAnswer(f"company {at}", sector, draw(st.lists(hard | easy, max_size=3)))
        for at, sector in enumerate(sectors)
    ]


def companies_behind(figure: Figure, answers: Sequence[CompanyAnswer]) -> set[str]:
    what, sector, detail = (*figure, "", "")[:3]
    of_sector = [one for one in answers if sector in ("", one.sector)]
    match what:
        case "companies":
            return {one.company for one in of_sector}
        case "hard_to_recruit":
            return {one.company for one in of_sector if any(need.hard for need in one.needs)}
        case "reasons":
            return {one.company for one in of_sector if any(detail in need.because for need in one.needs)}
        case _:
            amount = AMOUNTS[what]
            named = [(one.company, need) for one in of_sector for need in one.needs]
            return {who for who, need in named if detail in ("", need.occupation) and getattr(need, amount)}


def needing(sector: str, count: int, occupation: str = "2512", now: int = 2) -> list[CompanyAnswer]:
    need = Need(occupation, now, 0, hard=False)
    return [CompanyAnswer(f"{sector} {occupation} {at}", sector, [need]) for at in range(count)]


def of_sizes(**sizes: int) -> list[CompanyAnswer]:
    return [one for sector, size in sizes.items() for one in needing(sector, size)]


def sector_of(figures: SurveyFigures, sector: str):
    return next(one for one in figures.sectors if one.sector == sector)


@settings(max_examples=150)
@given(rounds())
def test_no_figure_of_few_companies_is_shown(answers):
    published = figures_of(answers, LISTS)

    for figure in Attacker(published, LISTS).shown:
        assert len(companies_behind(figure, answers)) >= FEWEST, figure


@settings(max_examples=30)
@given(rounds())
def test_a_solver_cannot_tell_a_hidden_figure_within_five(answers):
    attacker = Attacker(figures_of(answers, LISTS), LISTS)

    for figure in attacker.hidden:
        assert attacker.width(figure) >= FEWEST, (figure, attacker.shown)


@settings(max_examples=150)
@given(rounds())
def test_what_a_sum_leaves_over_is_of_no_few_companies(answers):
    attacker = Attacker(figures_of(answers, LISTS), LISTS)

    for what in ("companies", *AMOUNTS):
        left = [(what, sector) for sector in LISTS.sectors if (what, sector) not in attacker.shown]
        if (what,) in attacker.shown and left:
            behind = set().union(*(companies_behind(figure, answers) for figure in left))
            assert len(left) > 1
            assert len(behind) >= FEWEST


@settings(max_examples=150)
@given(rounds())
def test_what_is_shown_is_true(answers):
    for figure, value in Attacker(figures_of(answers, LISTS), LISTS).shown.items():
        what, sector, occupation = (*figure, "", "")[:3]
        if what not in AMOUNTS:
            assert value == len(companies_behind(figure, answers))
            continue
        found = [need for one in answers if sector in ("", one.sector) for need in one.needs]
        assert value == sum(getattr(need, AMOUNTS[what]) for need in found if occupation in ("", need.occupation))


def test_the_solver_tells_what_is_hidden_alone():
    figures = figures_of(of_sizes(it=7, vard=6, ovriga=8, restaurang=1), LISTS)
    sectors = [
        one.model_copy(update={"companies": 6 if one.sector == "vard" else one.companies}) for one in figures.sectors
    ]
    careless = figures.model_copy(update={"sectors": sectors})

    attacker = Attacker(careless, LISTS)

    assert ("companies", "restaurang") in attacker.hidden
    assert attacker.width(("companies", "restaurang")) == 0


def test_beside_a_sector_of_few_companies_the_next_smallest_is_hidden():
    figures = figures_of(of_sizes(it=7, vard=6, ovriga=8, restaurang=4), LISTS)

    assert figures.companies == 25
    assert {one.sector: one.companies for one in figures.sectors} == {
        "it": 7,
        "vard": None,
        "restaurang": None,
        "ovriga": 8,
    }


def test_a_sector_that_is_hidden_shows_nothing_else():
    without = [CompanyAnswer(f"vard without {at}", "vard") for at in range(4)]
    figures = figures_of([*of_sizes(it=7, vard=5, ovriga=8, restaurang=4), *without], LISTS)

    it = sector_of(figures, "it")

    assert (it.companies, it.needed_now, it.hard_to_recruit, it.occupations, it.reasons) == (None, None, None, [], [])


def test_when_no_sector_is_of_few_companies_all_are_shown():
    figures = figures_of([one for sector in LISTS.sectors for one in needing(sector, 5)], LISTS)

    assert [one.companies for one in figures.sectors] == [5, 5, 5, 5]
    assert [one.needed_now for one in figures.sectors] == [10, 10, 10, 10]


def test_an_occupation_is_shown_when_enough_is_left_over_beside_it():
    others = [one for sector in LISTS.sectors for one in needing(sector, 5)]
    figures = figures_of([*others, *needing("it", 6, "5120", 3)], LISTS)

    it = sector_of(figures, "it")

    assert it.needed_now == 28
    assert [(one.occupation, one.needed_now) for one in it.occupations] == [("5120", 18)]


@pytest.mark.parametrize("count", [0, 1, 4])
def test_of_a_round_with_few_answers_nothing_is_shown(count):
    figures = figures_of(needing("it", count), LISTS)

    assert Attacker(figures, LISTS).shown == {}


def test_those_that_are_hidden_first_have_the_fewest_companies():
    cells = {"a": {"1"}, "b": set("12345678"), "c": set("123456"), "d": set("1234567")}

    assert hidden(cells) == {"a", "c"}
    assert hidden(cells, also=["d"]) == {"a", "d"}


def test_what_is_hidden_together_is_of_five_companies_and_of_two_cells():
    assert hidden({"a": {"1"}, "b": {"2"}, "c": set("3456789")}) == {"a", "b", "c"}
    assert hidden({"a": set("123456"), "annat": set("1234567")}, also=["annat"]) == {"a", "annat"}


def test_an_occupation_that_is_all_that_its_sector_needs_is_not_shown():
    it = sector_of(figures_of([one for sector in LISTS.sectors for one in needing(sector, 6)], LISTS), "it")

    assert (it.needed_now, it.occupations) == (12, [])


def test_a_sum_that_nobody_means_is_not_shown():
    figures = figures_of(needing("it", 6, now=1_000_000), LISTS)

    assert (figures.companies, figures.needed_now) == (6, None)


def test_a_sector_that_has_left_the_list_is_hidden_like_the_others():
    figures = figures_of([one for sector in LISTS.sectors for one in needing(sector, 6)] + needing("bygg", 2), LISTS)

    assert [one.sector for one in figures.sectors if one.companies is None] == ["it", "bygg"]
