"""Whoever is served a decision, the applicant or another: how, since when, and until when they can appeal."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlmodel import Field, SQLModel

from eservice_intake.decisions.rules import control_message_on, last_day_to_appeal, served_when_simplified
from shared.columns import UtcDateTime, text_enum
from shared.errors import Conflict


class AlreadyServed(Conflict):
    """The decision has been served already, so the time to appeal runs. Nothing more is needed."""

    sv = "Beslutet är redan delgivet, så tiden att överklaga löper. Inget mer behöver göras."


class NotToldOfService(Conflict):
    """Whoever is to be served has not been told by us that simplified service may be used, or has no address.

    Serve the decision in another way.
    """

    sv = (
        "Den som ska delges har inte fått veta att förenklad delgivning kan användas, eller har ingen e-postadress. "
        "Delge beslutet på ett annat sätt."
    )


class Service(StrEnum):
    """How somebody is served: by a receipt, counted from when it was sent, or in another way that the law has."""

    RECEIPT = "receipt"
    SIMPLIFIED = "simplified"
    PROCESS_SERVER = "process_server"
    PUBLICATION = "publication"
    OTHER = "other"


class Recipient(SQLModel):
    service: Service = Field(default=Service.RECEIPT, sa_type=text_enum(Service))
    service_reason: str | None = Field(default=None, description="Why it was not by a receipt.")
    opened_at: datetime | None = Field(default=None, sa_type=UtcDateTime, description="When they first opened it.")
    served_on: date | None = None
    appeal_until: date | None = None
    control_due_on: date | None = Field(default=None, index=True, description="When the control message goes.")
    sent_event_id: UUID | None = Field(default=None, description="Of whose mail is to serve it.")
    control_event_id: UUID | None = Field(default=None, description="Of whose mail is the control message.")
    unreached_at: datetime | None = Field(
        default=None, sa_type=UtcDateTime, description="When it was known that the mail did not come."
    )

    def serve(self, on: date, appealable: bool, service: Service = Service.RECEIPT, reason: str | None = None) -> None:
        """They have it since that day. Raises AlreadyServed when that is no news."""
        if self.served_on is not None and self.served_on <= on:
            raise AlreadyServed
        self.served_on, self.service, self.service_reason = on, service, reason
        self._forget_mails()
        if appealable:
            self.appeal_until = last_day_to_appeal(on)

    def send_simplified(self, on: date, appealable: bool) -> None:
        """It is mailed that day: they have it two weeks later, and a control message follows."""
        self.serve(served_when_simplified(on), appealable, Service.SIMPLIFIED)
        self.control_due_on = control_message_on(on)

    def control_by(self, event_id: UUID) -> None:
        """Which event's mail says, apart from the decision, that it was sent."""
        self.control_due_on, self.control_event_id = None, event_id

    def take_back(self, at: datetime) -> None:
        """What was sent did not come: they are not served, and no time to appeal runs."""
        self._forget_mails()
        self.service, self.unreached_at = Service.RECEIPT, at
        self.served_on = self.appeal_until = None

    def _forget_mails(self) -> None:
        self.control_due_on = self.sent_event_id = self.control_event_id = self.unreached_at = None

    def is_in_time(self, received_on: date) -> bool:
        """Whether an appeal that arrived on the day is in time. Before service, the time has not begun to run."""
        return self.appeal_until is None or received_on <= self.appeal_until
