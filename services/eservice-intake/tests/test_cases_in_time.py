"""What is told of a case by itself: a period that ends, what is late, a report that is due again."""

from datetime import date, datetime, time, timedelta

import pytest
import sqlalchemy as sa
from sqlmodel import select

from bus.process import Liveness
from eservice_intake.app import settings
from eservice_intake.cases.deadlines import days_at_receipt
from eservice_intake.cases.due import DUE_CASES
from eservice_intake.cases.handling import facts, record
from eservice_intake.cases.models import Case, CaseStep, SupplementRequest
from eservice_intake.cases.references import new_reference
from eservice_intake.cases.states import Step
from eservice_intake.cases.times import keep_days
from eservice_intake.catalogue.eservices import catalogue
from eservice_intake.clock.process import Clock
from shared.clock import SWEDEN, day_in_sweden, now
from shared.events import (
    CaseClosed,
    CaseCompleted,
    CaseExtended,
    CaseWithdrawn,
    DecisionOverdue,
    SupplementOverdue,
    SupplementReceived,
    SupplementRequested,
    WaitingPeriodEnding,
    YearlyReportDue,
)
from shared.series import next_number
from shared.tables import AuditEntry

from .cases import received, shown, take

ESERVICES = catalogue().eservices
TATTOOS, FOOD, COMPLAINT, REPORT = (
    "hygienisk-verksamhet",
    "livsmedel-registrering",
    "klagomal-olagenhet",
    "koldmedierapport",
)
RECEIVED = date(2026, 3, 4)
REFRIGERANT = {
    "report_year": 2025,
    "matter": "arsrapport",
    "orgnr": "5560004615",
    "property_designation": "Odensala 1:2",
}


def noon(day):
    return datetime.combine(day, time(12), tzinfo=SWEDEN)


@pytest.fixture
def received_on(database):
    """Receives a case on a day."""

    async def receive(day, eservice, **answers):
        definition = ESERVICES[eservice]
        days = days_at_receipt(definition, definition.kind, answers, day)
        async with database.transaction() as tx:
            case = Case(
                reference=new_reference(),
                secret_hash="0",
                diary_series=f"MH-{day.year}",
                diary_number=await next_number(tx, f"MH-{day.year}"),
                eservice=eservice,
                language="sv",
                answers=answers,
                kind=definition.kind,
                unit=definition.unit,
                received_at=noon(day),
                **days,
            )
            tx.add(case)
        return case

    return receive


@pytest.fixture
def on(database):
    """Takes a step with a case on a day, as staff and applicants do."""

    async def take_step(day, case, step, event, change):
        async with database.transaction() as tx:
            found = await tx.get_one(Case, case.id, with_for_update=True)
            await change(tx, found)
            await record(tx, found, step, event(**facts(found)), noon(day), "anna", "Anna Ek")
            return found

    return take_step


@pytest.fixture
def requested(on):
    async def request(day, case, due_on):
        async def change(tx, found):
            found.request_supplement(due_on)
            tx.add(SupplementRequest(case_id=found.id, wanted="En karta.", due_on=due_on, requested_at=noon(day)))

        return await on(
            day, case, Step.REQUEST_SUPPLEMENT, lambda **about: SupplementRequested(due_on=due_on, **about), change
        )

    return request


@pytest.fixture
def supplemented(on):
    async def supplement(day, case):
        async def change(tx, found):
            found.receive_supplement()
            request = (await tx.exec(select(SupplementRequest).where(SupplementRequest.case_id == found.id))).one()
            request.answered_at = noon(day)

        return await on(day, case, Step.RECEIVE_SUPPLEMENT, SupplementReceived, change)

    return supplement


@pytest.fixture
def told_by(database, published):
    """What the clock has told of a case when it has looked on a day, and did not before."""

    async def told(day, case):
        before = len(await published.fetch())
        clock = Clock(settings, database, Liveness(), [DUE_CASES])
        while await clock.do_due(noon(day)):
            pass
        return [event for event in (await published.fetch())[before:] if event.application_id == case.id]

    return told


async def clock_shown(client, receipt):
    headers = {"X-Application-Secret": receipt["secret"]}
    response = await client.get(f"/applications/{receipt['reference']}", headers=headers)
    return response.raise_for_status().json()["progress"]["clock"]


def kinds(events):
    return [type(event) for event in events]


@pytest.mark.parametrize("eservice", ESERVICES.values(), ids=lambda eservice: eservice.id)
async def test_a_case_knows_its_days_from_the_moment_it_is_received(database, received_on, eservice):
    answers = REFRIGERANT if eservice.deadline else {}
    case = await received_on(RECEIVED, eservice.id, **answers)
    known = case.decision_due_on, case.look_on

    async with database.transaction() as tx:
        again = await tx.get_one(Case, case.id)
        await keep_days(tx, again)

    assert (again.decision_due_on, again.look_on) == known


async def test_an_application_is_looked_at_when_its_first_day_comes(client, database):
    receipt = await received(client)

    async with database.reading() as session:
        case = (await session.exec(select(Case).where(Case.reference == receipt["reference"]))).one()
    assert case.look_on == case.decision_due_on + timedelta(1)


async def test_staff_are_told_a_week_before_a_period_ends_unanswered(received_on, told_by):
    case = await received_on(RECEIVED, TATTOOS)

    early = await told_by(date(2026, 4, 7), case)
    [event] = await told_by(date(2026, 4, 8), case)

    assert early == []
    assert (type(event), event.ends_on) == (WaitingPeriodEnding, date(2026, 4, 15))


async def test_what_the_clock_does_is_in_the_timeline_the_audit_and_an_event(database, received_on, told_by):
    case = await received_on(RECEIVED, TATTOOS)

    assert len(await told_by(date(2026, 4, 8), case)) == 1

    async with database.reading() as session:
        [step] = (await session.exec(select(CaseStep).where(CaseStep.case_id == case.id))).all()
        entries = (await session.exec(select(AuditEntry).where(AuditEntry.who == "clock"))).all()
        found = await session.get_one(Case, case.id)
    assert (step.step, step.by, step.details) == (Step.WARN_OF_END, "clock", {"ends_on": "2026-04-15"})
    assert [entry.action for entry in entries if entry.details == {"case": case.diary}] == ["warn of end"]
    assert found.version == step.version == 2


async def test_a_clock_that_was_down_tells_what_it_missed_once(received_on, told_by):
    case = await received_on(RECEIVED, FOOD)

    late = await told_by(date(2026, 4, 30), case)
    again = await told_by(date(2026, 5, 1), case)

    assert kinds(late) == [WaitingPeriodEnding, DecisionOverdue]
    assert again == []


async def test_nothing_is_told_of_a_case_that_has_ended(received_on, on, told_by):
    async def withdraw(tx, found):
        found.withdraw(noon(RECEIVED))

    case = await received_on(RECEIVED, TATTOOS)
    ended = await on(RECEIVED, case, Step.WITHDRAW, CaseWithdrawn, withdraw)

    assert ended.look_on is None
    assert await told_by(date(2027, 12, 31), case) == []


async def test_while_a_supplement_is_awaited_only_that_can_be_late(received_on, requested, told_by):
    case = await received_on(RECEIVED, FOOD)
    await requested(date(2026, 3, 6), case, due_on=date(2026, 3, 20))

    in_time = await told_by(date(2026, 3, 20), case)
    [event] = await told_by(date(2026, 3, 21), case)
    later = await told_by(date(2026, 12, 31), case)

    assert (in_time, later) == ([], [])
    assert (type(event), event.due_on) == (SupplementOverdue, date(2026, 3, 20))


async def test_who_has_to_answer_by_a_holiday_may_do_so_on_the_next_business_day(received_on, requested, told_by):
    case = await received_on(RECEIVED, FOOD)
    await requested(date(2026, 3, 6), case, due_on=date(2026, 4, 3))  # Good Friday

    tuesday, wednesday = await told_by(date(2026, 4, 7), case), await told_by(date(2026, 4, 8), case)

    assert (tuesday, kinds(wednesday)) == ([], [SupplementOverdue])


async def test_when_the_supplement_has_come_the_rest_of_the_period_is_gone_by(
    received_on, requested, supplemented, told_by
):
    case = await received_on(RECEIVED, TATTOOS)
    await requested(date(2026, 3, 14), case, due_on=date(2026, 4, 1))
    await supplemented(date(2026, 4, 13), case)  # 32 days are left

    early = await told_by(date(2026, 5, 7), case)
    [event] = await told_by(date(2026, 5, 8), case)

    assert SupplementOverdue not in kinds(early)
    assert (type(event), event.ends_on) == (WaitingPeriodEnding, date(2026, 5, 15))


async def test_when_less_than_a_week_is_left_it_is_told_at_once(received_on, requested, supplemented, told_by):
    case = await received_on(RECEIVED, FOOD)
    await told_by(date(2026, 3, 11), case)
    await requested(date(2026, 3, 15), case, due_on=date(2026, 3, 20))  # 3 days before its end
    await told_by(date(2026, 3, 24), case)
    await supplemented(date(2026, 3, 25), case)

    [event] = await told_by(date(2026, 3, 25), case)

    assert (type(event), event.ends_on) == (WaitingPeriodEnding, date(2026, 3, 28))


async def test_a_decision_is_late_on_the_day_after_it_was_due(received_on, told_by):
    case = await received_on(date(2026, 3, 4), COMPLAINT)

    early = await told_by(date(2026, 9, 4), case)
    [event] = await told_by(date(2026, 9, 5), case)

    assert early == []
    assert (type(event), event.due_on) == (DecisionOverdue, date(2026, 9, 4))


async def test_what_is_late_by_days_that_have_changed_since_is_told(database, received_on, told_by):
    case = await received_on(RECEIVED, COMPLAINT)
    async with database.transaction() as tx:
        found = await tx.get_one(Case, case.id)
        found.decision_due_on, found.look_on = date(2027, 1, 1), date(2026, 9, 6)

    assert kinds(await told_by(date(2026, 9, 6), case)) == [DecisionOverdue]


async def test_a_decision_that_was_put_off_is_late_later_and_told_again(received_on, on, told_by):
    async def extend(tx, found):
        found.extend(date(2026, 10, 1))

    case = await received_on(RECEIVED, COMPLAINT)
    first = await told_by(date(2026, 9, 5), case)
    await on(
        date(2026, 9, 7), case, Step.EXTEND, lambda **about: CaseExtended(due_on=date(2026, 10, 1), **about), extend
    )

    between, last = await told_by(date(2026, 10, 1), case), await told_by(date(2026, 10, 2), case)

    assert (kinds(first), between, kinds(last)) == ([DecisionOverdue], [], [DecisionOverdue])


async def test_a_decision_that_was_put_off_is_not_late_while_a_supplement_is_awaited(
    received_on, on, requested, told_by
):
    async def extend(tx, found):
        found.extend(date(2026, 10, 1))

    case = await received_on(RECEIVED, COMPLAINT)
    await on(
        date(2026, 8, 7), case, Step.EXTEND, lambda **about: CaseExtended(due_on=date(2026, 10, 1), **about), extend
    )
    await requested(date(2026, 8, 10), case, due_on=date(2026, 10, 20))

    assert await told_by(date(2026, 10, 20), case) == []


async def test_a_case_that_is_complete_anew_goes_on_where_it_was(received_on, on, requested, supplemented):
    async def complete_on_the_first(tx, found):
        found.complete(date(2026, 3, 5))

    async def complete_again(tx, found):
        found.complete(date(2026, 3, 20))

    case = await received_on(RECEIVED, FOOD)
    await on(date(2026, 3, 5), case, Step.COMPLETE, CaseCompleted, complete_on_the_first)
    await requested(date(2026, 3, 10), case, due_on=date(2026, 3, 20))
    await supplemented(date(2026, 3, 20), case)
    found = await on(date(2026, 3, 20), case, Step.COMPLETE, CaseCompleted, complete_again)

    assert (found.completed_on, found.decision_due_on) == (date(2026, 3, 5), date(2026, 3, 30))  # a Sunday, moved on


async def test_whoever_completes_a_case_is_told_when_work_may_begin(client, staff, published, database):
    anna = staff("caseworker", subject="anna", name="Anna Ek", units=["halsoskydd"])
    receipt = await received(client)

    await take(client, anna, receipt, "completion", {})

    event = (await published.fetch())[-1]
    assert isinstance(event, CaseCompleted)
    assert event.earliest_start_on is None  # there is nothing to begin after a complaint


async def test_the_applicant_and_staff_see_the_same_clock(client, staff):
    anna = staff("caseworker", subject="anna", name="Anna Ek", units=["halsoskydd"])
    receipt = await received(client)
    due_on = (day_in_sweden(now()) + timedelta(14)).isoformat()

    before = await clock_shown(client, receipt)
    await take(client, anna, receipt, "supplement-requests", {"wanted": "En karta.", "due_on": due_on})
    after = await clock_shown(client, receipt)

    assert date.fromisoformat(before["answer_expected_on"]) > date.fromisoformat(due_on)
    assert (after["stopped_by"], after["answer_expected_on"]) == ("supplement", None)
    assert (await shown(client, anna, receipt))["clock"] == after


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


@pytest.mark.postgres
async def test_what_is_due_of_cases_is_found_by_an_index(database):
    async with database.reading() as session:
        connection = await session.connection()
        await connection.execute(sa.text("SET LOCAL enable_seqscan = off"))
        plan = await connection.execute(sa.text("EXPLAIN SELECT min(look_on) FROM eservice_case"))
        assert "ix_eservice_case_look_on" in "".join(plan.scalars())
