"""Who sent in a yearly report is reminded of the next one."""

from datetime import date

import pytest

from eservice_intake.cases.steps import Step
from shared.events import CaseClosed, YearlyReportDue

from .days import REFRIGERANT, REPORT, kinds, noon


async def test_the_sender_of_a_yearly_report_is_reminded_of_the_next_one_a_month_before(received_on, told_by):
    case = await received_on(date(2026, 3, 20), REPORT, **REFRIGERANT)

    early = await told_by(date(2027, 2, 28), case)
    [event] = await told_by(date(2027, 3, 1), case)
    [next_year] = await told_by(date(2028, 3, 1), case)

    assert early == []
    assert (type(event), event.report_year, event.due_on) == (YearlyReportDue, 2026, date(2027, 3, 31))
    assert (next_year.report_year, next_year.due_on) == (2027, date(2028, 3, 31))


async def test_a_report_that_is_closed_is_reminded_of_too(received_on, on, told_by):
    async def close(tx, found):
        found.close(noon(date(2026, 4, 1)))

    case = await received_on(date(2026, 3, 20), REPORT, **REFRIGERANT)
    await on(date(2026, 4, 1), case, Step.CLOSE, CaseClosed, close)

    assert kinds(await told_by(date(2027, 3, 1), case)) == [YearlyReportDue]


async def test_who_has_sent_in_the_next_report_is_reminded_of_the_one_after_it_alone(received_on, told_by):
    case = await received_on(date(2026, 3, 20), REPORT, **REFRIGERANT)
    newer = await received_on(date(2027, 1, 10), REPORT, **REFRIGERANT | {"report_year": 2026})

    assert kinds(await told_by(date(2027, 3, 1), case)) == []
    assert kinds(await told_by(date(2028, 2, 29), newer)) == []
    assert kinds(await told_by(date(2028, 3, 1), newer)) == [YearlyReportDue]


@pytest.mark.parametrize("other", [{"property_designation": "Odensala 9:9"}, {"orgnr": "5590000001"}])
async def test_a_report_of_another_place_or_company_is_another_report(received_on, told_by, other):
    case = await received_on(date(2026, 3, 20), REPORT, **REFRIGERANT)
    await received_on(date(2027, 1, 10), REPORT, **REFRIGERANT | {"report_year": 2026} | other)

    assert kinds(await told_by(date(2027, 3, 1), case)) == [YearlyReportDue]


@pytest.mark.parametrize("matter", ["skrotning", "operatorsbyte"])
async def test_who_has_nothing_left_to_report_is_not_reminded(received_on, matter):
    case = await received_on(date(2026, 3, 20), REPORT, **REFRIGERANT | {"matter": matter})

    assert case.look_on is None
