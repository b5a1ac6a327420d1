"""The tables of every package here, for what reads them all: migrations and tests."""

from eservice_intake.attachments.models import Attachment, AttachmentHold, AttachmentUse
from eservice_intake.cases.models import Case
from eservice_intake.drafts.models import Draft
from shared.contacts import Contact

__all__ = ["Attachment", "AttachmentHold", "AttachmentUse", "Case", "Contact", "Draft"]
