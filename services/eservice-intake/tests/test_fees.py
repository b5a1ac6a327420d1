"""What things cost by the taxa: whole öre, whole kronor, the table of the day, and the class that answers give."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from eservice_intake.catalogue.eservices import catalogue
from eservice_intake.fees.definitions import PUBLISHED, Fees, fee_tables
from eservice_intake.fees.rules import charge, whole_kronor
from eservice_intake.fees.tables import Charge, FeeBeyondDelegation, table_on
from testkit.citations import LEGAL_BASIS

RATES, TIMES = st.integers(1, 10_000), st.integers(1, 60_000)
TABLE = fee_tables()[-1]
HOUR = {"item": "1", "eservices": ["x"], "sv": "x", "en": "x"}


@given(RATES, TIMES)
def test_a_charge_is_whole_ore_half_an_ore_up(rate, minutes):
    exact = Fraction(rate * 100 * minutes, 60)

    off = charge(rate, minutes) - exact

    assert Fraction(-1, 2) < off <= Fraction(1, 2)


@given(RATES, st.integers(1, 1_000))
def test_whole_hours_are_charged_exactly(rate, hours):
    assert charge(rate, hours * 60) == rate * 100 * hours


@given(RATES, TIMES, TIMES)
def test_more_time_never_costs_less(rate, some, more):
    assert charge(rate, some) <= charge(rate, some + more)


@given(st.integers(0, 10**9))
def test_what_is_paid_is_whole_kronor_fifty_ore_up(ore):
    kronor = whole_kronor(ore)

    assert -50 < kronor * 100 - ore <= 50


@pytest.mark.parametrize(("ore", "kronor"), [(149, 1), (150, 2), (0, 0), (99, 1), (49, 0)])
def test_fifty_ore_make_another_krona(ore, kronor):
    assert whole_kronor(ore) == kronor


@pytest.mark.parametrize(
    ("day", "since"),
    [("2024-12-31", None), ("2025-01-01", "2025-01-01"), ("2025-12-31", "2025-01-01"), ("2026-01-01", "2026-01-01")],
)
def test_the_table_of_the_day_is_the_latest_that_holds(day, since):
    found = table_on(fee_tables(), date.fromisoformat(day))

    assert (found and found.since.isoformat()) == since


def test_a_calculation_says_hours_rate_sum_item_and_whose_decision_it_is():
    lines = TABLE.calculated(TABLE.charge_for("enskilt-avlopp", "ansokan")).lines("en")

    assert lines == [
        "Permit for a private sewage system (the taxa, item 1.1)",
        "8 hours × SEK 1,215 = SEK 9,720",
        "To pay: SEK 9,720",
        "The municipal council, 18 November 2025, § 198 (example), holds from 2026-01-01",
    ]


def test_what_goes_by_the_hour_has_no_sum_before_the_hours():
    one = TABLE.charge_for("skola-forskola", "anmalan")

    assert (TABLE.calculated(one).amount, TABLE.calculated(one, 90).amount) == (None, 1823)


@given(st.sampled_from(sorted(catalogue().eservices)), st.integers(1, 60_000))
def test_every_eservice_is_charged_in_whole_kronor_or_not_at_all(eservice, minutes):
    one = TABLE.charge_for(eservice, catalogue().eservices[eservice].kind)

    assert one is None or isinstance(TABLE.calculated(one, minutes).amount, int)


def test_a_table_refers_to_laws_as_lawyers_do():
    laws = [law for table in fee_tables() for law in table.legal_basis]

    assert laws
    assert [law for law in laws if not LEGAL_BASIS["sv"].fullmatch(law)] == []


def test_each_eservice_that_says_fixed_or_hourly_is_in_the_taxa():
    says = {one.id for one in catalogue().eservices.values() if one.fee.kind in ("fixed_hours", "hourly")}

    charged = {one for item in TABLE.items for one in item.eservices}

    assert says - charged <= {"dricksvatten-registrering", "gardsforsaljning"}


@given(st.data())
def test_four_answers_always_give_one_class(data):
    answers = {name: data.draw(st.sampled_from(sorted(points))) for name, points in TABLE.risk.answers.items()}

    points = TABLE.risk.points(answers)

    assert TABLE.risk.class_for(points).at_least <= sum(points.values())


def test_without_one_of_the_answers_no_class_is_proposed():
    assert TABLE.risk.points({"main_orientation": "butik"}) is None


def test_of_several_chosen_the_riskiest_counts():
    answers = {
        "main_orientation": "butik",
        "activities": ["transport", "nedkylning"],
        "product_groups": ["ovrigt"],
        "production_size": "g_minst",
    }

    assert TABLE.risk.points(answers)["activities"] == 35


@pytest.mark.parametrize("wrong", [{}, {"fixed": 1, "rate": "r"}, {"fixed": 1, "minutes": 5}])
def test_a_charge_is_a_sum_or_a_rate(wrong):
    with pytest.raises(ValidationError):
        Charge(**HOUR, **wrong)


def test_whose_delegation_does_not_reach_does_not_change_a_fee():
    assert TABLE.approval.item_for(["caseworker"], is_changed=False) == "4.1"
    with pytest.raises(FeeBeyondDelegation):
        TABLE.approval.item_for(["caseworker"], is_changed=True)


def test_a_table_that_names_an_unknown_eservice_ends_the_process(tmp_path):
    broken = tmp_path / "fees.yaml"
    broken.write_text(PUBLISHED.seeds["taxa"].source.replace("[bassangbad]", "[badhus]"), "utf-8")

    with pytest.raises(SystemExit, match=r"fees\.yaml: tables\.0\.items\.3\.eservices: there is no e-service badhus"):
        Fees(broken).seeded()
