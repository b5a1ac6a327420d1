"""Every e-service, and what its rules find in answers."""

from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings

from eservice_intake.attachments.models import Attachment, StoredFile
from eservice_intake.catalogue.eservices import EService, catalogue
from eservice_intake.catalogue.rules import attachment_ids, judged
from shared.clock import now

from .rounds import a_round

EVERY_ESERVICE = pytest.mark.parametrize("eservice", catalogue().eservices.values(), ids=lambda eservice: eservice.id)
FEW = settings(
    max_examples=3,
    phases=[Phase.generate],  # shrinking these answers takes minutes and helps little
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture],
)


def found_in(eservice: EService, answers: dict[str, Any]) -> list[tuple[str, str]]:
    return [(violation.field, violation.code) for violation in judged(eservice, answers, now())[1]]


async def keep_what_is_named(database, eservice: EService, answers: dict[str, Any]) -> None:
    """The files that the answers name, and a round of the survey, for whoever answers that."""
    async with database.transaction() as tx:
        await a_round(tx)
        for id_ in attachment_ids(eservice, answers).values():
            tx.add(StoredFile(id=id_, digest=str(id_), size=1))
            await tx.flush()
            tx.add(Attachment(id=id_, file_id=id_, filename="a.pdf", content_type="application/pdf", size=1))
