"""The tables of every package here, imported so that the migrations see them all."""

from definitions import models as definitions
from eservice_intake.applications import signatures
from eservice_intake.attachments import models as attachments
from eservice_intake.cases import entries, links, slots
from eservice_intake.cases import models as cases
from eservice_intake.decisions import appeals, parties
from eservice_intake.decisions import models as decisions
from eservice_intake.drafts import models as drafts
from eservice_intake.feedback import models as feedback
from eservice_intake.fees import models as fees
from eservice_intake.identities import models as identities
from eservice_intake.lookups import models as lookups
from eservice_intake.referrals import models as referrals
from eservice_intake.surveys import models as surveys
from shared import contacts, series

__all__ = [
    "appeals",
    "attachments",
    "cases",
    "contacts",
    "decisions",
    "definitions",
    "drafts",
    "entries",
    "feedback",
    "fees",
    "identities",
    "links",
    "lookups",
    "parties",
    "referrals",
    "series",
    "signatures",
    "slots",
    "surveys",
]
