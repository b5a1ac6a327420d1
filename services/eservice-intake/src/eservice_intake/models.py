"""The tables of every package here, for what reads them all: migrations and tests."""

from eservice_intake.attachments.models import Attachment, AttachmentUse
from eservice_intake.cases.models import Case
from shared.contacts import Contact

__all__ = ["Attachment", "AttachmentUse", "Case", "Contact"]
