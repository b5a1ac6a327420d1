"""A decision about a case, what follows it, and its days, for tests."""

from datetime import datetime

from eservice_intake.decisions.due import DUE_DECISIONS
from shared.clock import SWEDEN

from .cases import secret_of

CONTENT = {
    "outcome": "no_action",
    "reasons": "Bullret ligger under riktvärdena.\n\nInga skäl att ingripa finns.",
    "legal_basis": ["26 kap. 9 § miljöbalken"],
}
PERMIT = {**CONTENT, "outcome": "approved_with_conditions", "conditions": ["Brunnen ska tätas."], "fee": 7150}
APPEAL = {"text": "Jag överklagar beslutet."}
NEIGHBOUR = {"name": "Nils Granne", "email": "nils@exempel.se", "language": "en"}
UPHELD = {"ruling": "upheld", "ruled_by": "Länsstyrelsen i Jämtlands län", "ruled_on": "2026-11-26"}
MORNING = datetime(2026, 11, 26, 9, 0, tzinfo=SWEDEN)
NEXT_MORNING = datetime(2026, 11, 27, 8, 0, tzinfo=SWEDEN)
MUCH_LATER = datetime(2027, 1, 7, 8, 0, tzinfo=SWEDEN)


async def decisions_of(client, headers, receipt):
    return (await client.get(f"/cases/{receipt['reference']}/decisions", headers=headers)).json()["items"]


async def appeal(client, receipt):
    """The applicant appeals."""
    return await client.post(f"/applications/{receipt['reference']}/appeals", json=APPEAL, headers=secret_of(receipt))


async def kinds(published):
    return [type(event) for event in await published.fetch()]


async def clock_strikes(database, at, dues=DUE_DECISIONS):
    """Everything of ours that is due by then, once."""
    for due in dues:
        async with database.reading() as session:
            ids = (await (await session.connection()).execute(due.first_ids(at, [], 100))).scalars().all()
        for row_id in ids:
            async with database.transaction() as tx:
                await due.do(tx, row_id, at)
