"""What is asked of who approves a fee, or registers a control."""

from collections.abc import Sequence

from portal.clients.steps import Steps
from portal.i18n import marked
from portal.staff.asked import DAY, Asked, StepForm

OF_FEES: Sequence[StepForm] = (
    StepForm(
        "avgift",
        "approve_fee",
        marked("Fastställ en avgift"),
        marked("Fastställ avgiften"),
        Steps.approve_fee,
        (
            Asked("control_id", marked("Avgift för"), "select", choices="fees"),
            Asked(
                "minutes",
                marked("Minuter"),
                hint=marked("Bara när taxan är per timme och det som skickades in inte har en fast tid."),
                width="w-4",
                is_required=False,
                reads="number",
            ),
            Asked(
                "amount",
                marked("Annan avgift i kronor"),
                hint=marked("Lämna tomt när avgiften är den som räknats ut."),
                width="w-4",
                is_required=False,
                reads="number",
            ),
            Asked("reason", marked("Skäl till en annan avgift"), "textarea", is_required=False),
        ),
        marked("Avgiften kan ändras tills den är exporterad. Den följer med i beslutet."),
    ),
    StepForm(
        "kontroll",
        "register_control",
        marked("Registrera en kontroll"),
        marked("Registrera kontrollen"),
        Steps.register_control,
        (
            Asked("controlled_on", marked("Kontrolldag"), **DAY),
            Asked(
                "minutes",
                marked("Minuter"),
                hint=marked("Med förberedelser och rapport."),
                width="w-4",
                reads="number",
            ),
            Asked(
                "risk_class",
                marked("Riskklass"),
                hint=marked("Den som föreslås av svaren, om det lämnas tomt."),
                width="w-4",
                is_required=False,
            ),
        ),
        marked("Kontrollen debiteras i efterhand, när avgiften är fastställd."),
    ),
)
