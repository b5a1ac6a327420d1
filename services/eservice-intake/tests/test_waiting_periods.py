"""What the clock tells of a period that ends, and of a supplement that stops it."""

from datetime import date

from sqlmodel import select

from eservice_intake.cases.models import Case, CaseStep
from eservice_intake.cases.steps import Step
from shared.events import CaseWithdrawn, DecisionOverdue, SupplementOverdue, WaitingPeriodEnding
from shared.tables import AuditEntry

from .days import FOOD, RECEIVED, TATTOOS, kinds, noon


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
