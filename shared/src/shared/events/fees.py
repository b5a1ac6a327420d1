"""What is to be paid, and what was done for it."""

from datetime import date
from typing import Literal
from uuid import UUID

from shared.events.eservice_intake import CaseEvent


class FeeApproved(CaseEvent):
    """Staff approved a fee. `is_changed`: it is not the one that was computed."""

    type: Literal["eservice-intake.fee-approved.v1"] = "eservice-intake.fee-approved.v1"
    fee_id: UUID
    is_changed: bool


class ControlRegistered(CaseEvent):
    """A control was made, and is billed afterwards."""

    type: Literal["eservice-intake.control-registered.v1"] = "eservice-intake.control-registered.v1"
    fee_id: UUID
    controlled_on: date
