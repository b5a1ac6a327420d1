"""The definitions of e-services that cases were sent with: kept when first used, so that answers keep their labels."""

from collections.abc import Iterable

from sqlmodel import col, select

from definitions.models import DEFINITION, Definition
from eservice_intake.catalogue.eservices import PUBLISHED, Defined, EService, catalogue
from shared.database import Session
from web.submissions import PendingSubmission


class Definitions:
    """What a process knows to be kept."""

    def __init__(self) -> None:
        self._kept: set[str] = set()

    async def keep(self, submission: PendingSubmission, eservice: EService) -> None:
        """Keep what the submission is sent to, unless it is known to be kept. What staff publish is."""
        if eservice.version in self._kept or not PUBLISHED.is_seed(eservice):
            return
        if await submission.insert_ahead(DEFINITION, [PUBLISHED.row(eservice.id, submission.at)]):
            self._kept.add(eservice.version)


async def know(session: Session, sent: Iterable[Defined]) -> None:
    """Have the definitions that these were sent with at hand, for `Catalogue.sent_with`."""
    known = catalogue().versions
    unknown = {one.definition for one in sent} - known.keys() - {None}
    if not unknown:
        return
    for kept in await session.exec(select(Definition).where(col(Definition.version).in_(unknown))):
        known[kept.version] = PUBLISHED.kind.load(kept.content)
