"""What a consumer has set aside, and what a relay has parked, in the databases of a system."""

import json
from uuid import uuid4

from aiokafka import ConsumerRecord

from bus.dead_letters import keep
from shared.database import Database
from shared.tables import OUTBOX
from testkit.outbox import row
from tests.system import System

TYPE = "housing.house-listed.v1"
PAGE = "/handlaggare/felko"


async def dead_letter(system: System, error: str = "owner_contact_id: missing", **says: object) -> str:
    """The page of a record that notifications has set aside."""
    event_id = str(uuid4())
    value = json.dumps({"type": TYPE, "event_id": event_id, "house_id": str(uuid4()), **says}).encode()
    letter = str(uuid4())
    headers = [("ce_id", event_id.encode()), ("ce_type", TYPE.encode()), ("dead-letter", letter.encode())]
    record = ConsumerRecord("housing.events", 2, 17, 0, 0, b"key", value, None, 0, 0, headers)
    database = Database(system.settings("notifications"))
    async with database.transaction() as tx:
        await keep(tx, record, error, 3)
    await database.close()
    return f"{PAGE}/notifications/mottagna/{letter}"


async def parked_event(system: System) -> str:
    """The page of an event that housing's relay has parked."""
    event = row("housing.events", str(uuid4()), 0)
    event["headers"]["ce_type"] = TYPE
    database = Database(system.settings("housing"))
    async with database.transaction() as tx:
        parked = event | {"parked_error": "1203114 bytes; Kafka takes 1048576"}
        await (await tx.connection()).execute(OUTBOX.insert(), [parked])
    await database.close()
    return f"{PAGE}/housing/utgaende/{event['event_id']}"
