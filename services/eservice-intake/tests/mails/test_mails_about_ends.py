"""What became of the mail that tells an applicant how the case ended is proof, or keeps the case."""

from uuid import UUID

from uuid_utils.compat import uuid7

from eservice_intake.cases.models import Case
from shared.events import MailFailed

from ..cases import received, shown, take
from ..purges import LATER, case_of, purge_cases


async def closed(client, anna, published):
    """A case that staff have closed, and the event that says so. Its applicant never comes back."""
    receipt = await received(client)
    await take(client, anna, receipt, "closure")
    return receipt, (await published.fetch())[-1]


async def is_kept(database, receipt) -> bool:
    """Whether the case is there when its time is over."""
    await purge_cases(database, LATER)
    return await case_of(database, UUID(receipt["id"])) is not None


async def test_a_case_whose_applicant_never_comes_back_goes_once_the_mail_about_its_end_is_delivered(
    hear, client, database, anna, published
):
    receipt, event = await closed(client, anna, published)

    await hear(receipt, event.event_id)

    assert not await is_kept(database, receipt)


async def test_before_anything_is_heard_of_the_mail_the_case_is_kept(client, database, anna, published):
    receipt, _ = await closed(client, anna, published)

    assert await is_kept(database, receipt)


async def test_a_mail_that_failed_keeps_the_case_and_staff_see_it(hear, client, database, anna, published):
    receipt, event = await closed(client, anna, published)

    await hear(receipt, event.event_id, MailFailed)

    assert (await shown(client, anna, receipt))["end_mail"] == "failed"
    assert await is_kept(database, receipt)


async def test_a_mail_about_something_else_proves_nothing(hear, client, database, anna, published):
    receipt, _ = await closed(client, anna, published)

    await hear(receipt, uuid7())

    assert (await shown(client, anna, receipt))["end_mail"] is None
    assert await is_kept(database, receipt)


async def test_what_is_done_with_the_case_after_its_end_is_not_what_told_of_it(hear, client, database, anna, published):
    receipt, _ = await closed(client, anna, published)
    await take(client, anna, receipt, "messages", {"text": "Hej!"})
    message = (await published.fetch())[-1]

    await hear(receipt, message.event_id)

    assert await is_kept(database, receipt)


async def test_a_mail_about_an_earlier_end_does_not_prove_a_later_one(hear, client, database, anna, published):
    receipt, event = await closed(client, anna, published)
    await hear(receipt, event.event_id)
    async with database.transaction() as tx:
        case = await tx.get(Case, UUID(receipt["id"]))
        for ended_at in (None, LATER.replace(year=2030)):
            case.end(ended_at)

    await hear(receipt, event.event_id)

    assert await is_kept(database, receipt)
