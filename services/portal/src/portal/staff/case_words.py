"""What pages of staff call the states of a case, and why another case is related."""

from collections.abc import Mapping

from markupsafe import Markup

from portal.i18n import gettext as _
from portal.i18n import marked

STATUSES: Mapping[str, str] = {
    "received": marked("Inkommet"),
    "awaiting_supplement": marked("Väntar på komplettering"),
    "complete": marked("Komplett"),
    "proposed": marked("Beslut föreslaget"),
    "decided": marked("Beslutat"),
    "appealed": marked("Överklagat"),
    "forwarded": marked("Hos överinstansen"),
    "final": marked("Laga kraft"),
    "closed": marked("Avslutat"),
    "withdrawn": marked("Återkallat"),
    "merged": marked("Fört samman med annat"),
}
TONES: Mapping[str, str] = {
    "received": "info",
    "awaiting_supplement": "warning",
    "complete": "info",
    "proposed": "warning",
    "decided": "success",
    "appealed": "danger",
    "final": "success",
}
WHY: Mapping[str, str] = {
    "property": marked("samma fastighet"),
    "organisation": marked("samma organisation"),
    "linked": marked("ihopkopplat"),
    "merged": marked("fört samman"),
}


def status_text(status: str) -> Markup:
    return _(STATUSES[status]) if status in STATUSES else Markup.escape(status)
