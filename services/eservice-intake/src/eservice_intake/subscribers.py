"""Who holds a case's task is its handler, and what became of a mail about its end, or with legal effect, is proof."""

from typing import TypeAlias

from faststream.kafka import KafkaRouter

from bus.consumer import on_events
from eservice_intake.cases import unsent as unsent_days
from eservice_intake.cases.entries import enter
from eservice_intake.cases.finding import lock_cases
from eservice_intake.cases.models import Case
from eservice_intake.decisions import unsent as unsent_decisions
from eservice_intake.referrals import unsent as unsent_referrals
from shared.database import Session
from shared.events import AnyEvent, MailDelivered, MailFailed, TaskClaimed, TaskReleased, topic_of

router = KafkaRouter()
Followed: TypeAlias = TaskClaimed | TaskReleased | MailDelivered | MailFailed


@on_events(router, topic_of("notifications"), group="eservice-intake")
async def follow(events: list[AnyEvent], tx: Session) -> None:
    """Note who handles the cases whose tasks were claimed or released, and what became of the mails about their ends.

    Whoever was to be served by a mail that failed is not, and whoever was asked, or told of a day, by one was not.

    A task that is done leaves the handler.
    """
    told = [event for event in events if isinstance(event, Followed)]
    if not told:
        return
    new = await tx.unhandled(told)
    cases = await lock_cases(tx, *(event.about_id for event in new))
    for event in new:
        if case := cases.get(event.about_id):
            await _take_in(tx, case, event)
    for case in cases.values():
        await enter(tx, case)


async def _take_in(tx: Session, case: Case, event: Followed) -> None:
    if isinstance(event, TaskClaimed | TaskReleased):
        case.follow(event)
    elif event.contact_id in (None, case.applicant_contact_id):
        case.hear_of_mail(event)
    if isinstance(event, MailFailed):
        await unsent_days.hear_of_failed(tx, case, event)
        await unsent_decisions.hear_of_failed(tx, case, event)
        await unsent_referrals.hear_of_failed(tx, case, event)
