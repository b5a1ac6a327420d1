"""Who holds a case's task is its handler."""

from collections.abc import Sequence

from faststream.kafka import KafkaRouter
from sqlmodel import col, select

from bus.consumer import on_events
from eservice_intake.cases.entries import enter
from eservice_intake.cases.models import Case
from shared.database import Session
from shared.events import AnyEvent, TaskClaimed, TaskReleased, topic_of

router = KafkaRouter()


@on_events(router, topic_of("notifications"), group="eservice-intake")
async def follow_tasks(events: list[AnyEvent], tx: Session) -> None:
    """Note who handles the cases whose tasks were claimed or released. A task that is done leaves the handler."""
    moves = [event for event in events if isinstance(event, TaskClaimed | TaskReleased)]
    if not moves:
        return
    new = await tx.unhandled(moves)
    cases = {case.id: case for case in await _cases(tx, new)}
    for event in new:
        if event.about_id in cases:
            cases[event.about_id].follow(event)
    for case in cases.values():
        await enter(tx, case)


async def _cases(tx: Session, events: Sequence[TaskClaimed | TaskReleased]) -> Sequence[Case]:
    """Those that the events are about, locked: somebody may be taking a step."""
    ids = {event.about_id for event in events}
    return (await tx.exec(select(Case).where(col(Case.id).in_(ids)).order_by(col(Case.id)).with_for_update())).all()
