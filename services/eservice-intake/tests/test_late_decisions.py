"""What the clock tells of a decision that is late, also when it was put off."""

from datetime import date

from eservice_intake.cases.models import Case
from eservice_intake.cases.steps import Step
from shared.events import CaseExtended, DecisionOverdue

from .days import COMPLAINT, RECEIVED, kinds


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
