"""A restaurant whose fee is approved and exported, for pages that show it."""

from datetime import datetime

from shared.clock import SWEDEN
from tests.system import System

from .cases import Casework


async def charged_restaurant(system: System) -> str:
    """The case's reference: what was sent in is approved and exported, and a control waits."""
    casework = Casework(system)
    reference = (await casework.sent_in()).reference
    today = datetime.now(SWEDEN).date().isoformat()
    await casework.clerk.take(reference, "fees", {})
    await casework.clerk.take(reference, "controls", {"controlled_on": today, "minutes": 150})
    form = {"unit": "livsmedel", "since": today, "until": today}
    token = system.token("unit-head", subject="maja berg")
    made = await casework.http.post(f"{system.apis.intake}/fee-exports", json=form, headers=token)
    assert made.status_code in (201, 409), made.text
    return reference
