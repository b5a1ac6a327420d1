"""What eservice-intake says of times with staff that are booked for a case."""

from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime

from shared.events.eservice_intake import CaseEvent


class TimeEvent(CaseEvent):
    slot_id: UUID
    starts_at: AwareDatetime
    ends_at: AwareDatetime


class TimeBooked(TimeEvent):
    """A time with staff is booked; `moved` when it is in place of an earlier one."""

    type: Literal["eservice-intake.time-booked.v1"] = "eservice-intake.time-booked.v1"
    moved: bool = False


class TimeCancelled(TimeEvent):
    """The time is not booked any longer. The case goes on."""

    type: Literal["eservice-intake.time-cancelled.v1"] = "eservice-intake.time-cancelled.v1"
    by_staff: bool


class TimeComing(TimeEvent):
    """The booked time is tomorrow."""

    type: Literal["eservice-intake.time-coming.v1"] = "eservice-intake.time-coming.v1"
