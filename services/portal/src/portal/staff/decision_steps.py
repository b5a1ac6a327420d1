"""What is asked of who decides a case, or does something about a decision."""

from collections.abc import Sequence
from dataclasses import replace

from portal.clients.steps import Steps
from portal.i18n import marked
from portal.staff.asked import DAY, Asked, StepForm

SERVICE = Asked("service", marked("Hur ska beslutet delges?"), "radios", choices="services")


WRITTEN = (
    Asked("outcome", marked("Utfall"), "radios", choices="outcomes"),
    Asked("reasons", marked("Skäl"), "textarea"),
    Asked(
        "legal_basis",
        marked("Lagstöd"),
        "textarea",
        marked("Ett lagrum på varje rad, till exempel 9 kap. 6 § miljöbalken."),
        reads="lines",
    ),
    Asked(
        "conditions",
        marked("Villkor"),
        "textarea",
        marked("Ett villkor på varje rad. Bara när utfallet är bifall med villkor."),
        is_required=False,
        reads="lines",
    ),
    Asked("fee", marked("Avgift i kronor"), width="w-4", is_required=False, reads="number"),
)
"""What a decision says."""
DECIDED = (*(replace(one, in_decision=True) for one in WRITTEN), SERVICE)


REASONS = Asked("reasons", marked("Skäl"), "textarea")
LAW = Asked(
    "legal_basis",
    marked("Lagstöd"),
    "textarea",
    marked("Ett lagrum på varje rad. Lämnas det tomt anges 37 § förvaltningslagen."),
    is_required=False,
    reads="lines",
)
DISMISSAL_REASONS = Asked(
    "reasons",
    marked("Skäl"),
    "textarea",
    marked("Lämnas det tomt anges de två dagarna."),
    is_required=False,
)
OF_DECISIONS: Sequence[StepForm] = (
    StepForm(
        "foresla",
        "propose",
        marked("Föreslå beslut"),
        marked("Föreslå beslutet"),
        Steps.propose,
        WRITTEN,
        marked("Någon annan, vars delegation räcker, beslutar."),
        "decision",
    ),
    StepForm(
        "beslut",
        "decide",
        marked("Fatta beslut"),
        marked("Fatta beslutet"),
        Steps.decide,
        DECIDED,
        preview="decision",
    ),
    StepForm(
        "delgivning",
        "serve",
        marked("Registrera delgivning"),
        marked("Registrera delgivningen"),
        Steps.register_receipt,
        (
            Asked("party_id", marked("Vem har delgivits?"), "radios", choices="recipients"),
            Asked("service", marked("Hur?"), "radios", choices="ways"),
            Asked("served_on", marked("Dagen för delgivningen"), **DAY),
            Asked(
                "reason",
                marked("Varför inte med kvitto, och hur gick det till?"),
                "textarea",
                is_required=False,
            ),
        ),
        marked("När någon inte har bekräftat på webben. Överklagandetiden räknas från den dagen."),
        "receipt",
    ),
    StepForm(
        "skicka-igen",
        "send_again",
        marked("Skicka beslutet igen, för förenklad delgivning"),
        marked("Skicka beslutet igen"),
        Steps.send_again,
        (Asked("party_id", marked("Vem ska få det?"), "radios", choices="recipients"),),
        marked("För den som inte har bekräftat. Hen räknas som delgiven om två veckor och får ett kontrollmeddelande."),
        "sending",
    ),
    StepForm(
        "delge-annan",
        "notify_party",
        marked("Delge någon annan beslutet"),
        marked("Delge beslutet"),
        Steps.notify_party,
        (
            Asked("number", marked("Vilket beslut?"), "radios", choices="decisions"),
            Asked("name", marked("Namn"), width="w-20"),
            Asked(
                "email",
                marked("E-postadress"),
                hint=marked("Lämna tomt om beslutet ska delges på papper eller på ett annat sätt."),
                input_type="email",
                width="w-20",
                is_required=False,
            ),
            Asked("language", marked("Språk"), "radios", choices="languages"),
        ),
        marked("Till exempel en granne. Den som har en e-postadress får ett mejl med en länk till beslutet."),
        "party",
    ),
    StepForm(
        "ratta-adress",
        "correct_address",
        marked("Rätta adressen till den som ska delges"),
        marked("Rätta och skicka dit"),
        Steps.correct_address,
        (
            Asked("party_id", marked("Vems adress?"), "radios", choices="unserved"),
            Asked("email", marked("Rätt e-postadress"), input_type="email", width="w-20"),
        ),
        marked("Det som inte är delgivet skickas till den nya adressen. Länken i det förra mejlet slutar gälla."),
        "address",
    ),
    StepForm(
        "overklagande",
        "appeal",
        marked("Registrera överklagande"),
        marked("Registrera överklagandet"),
        Steps.register_appeal,
        (
            Asked("party_id", marked("Vem överklagar?"), "radios", choices="recipients"),
            Asked("text", marked("Vad skriver den som överklagar?"), "textarea"),
            Asked("received_on", marked("Dagen då det kom in"), **DAY),
        ),
        preview="appeal",
    ),
    StepForm(
        "overlamna",
        "forward_appeal",
        marked("Lämna över överklagandet"),
        marked("Det är överlämnat"),
        Steps.forward,
        note=marked("Hämta handlingarna under Överklaganden och skicka dem till länsstyrelsen. Bekräfta sedan här."),
        preview="forwarding",
        has_body=False,
    ),
    StepForm(
        "foresla-avvisning",
        "propose_dismissal",
        marked("Föreslå att överklagandet avvisas"),
        marked("Föreslå avvisning"),
        Steps.propose_dismissal,
        (DISMISSAL_REASONS,),
        marked("Det kom in för sent. Någon annan, vars delegation räcker, beslutar."),
        "dismissal",
    ),
    StepForm(
        "avvisa",
        "dismiss_appeal",
        marked("Avvisa överklagandet"),
        marked("Avvisa överklagandet"),
        Steps.dismiss,
        (DISMISSAL_REASONS, SERVICE),
        marked("Det kom in för sent. Avvisningen är ett beslut, som delges och kan överklagas."),
        "dismissal",
    ),
    StepForm(
        "avgorande",
        "receive_ruling",
        marked("Registrera överinstansens avgörande"),
        marked("Registrera avgörandet"),
        Steps.register_ruling,
        (
            Asked("ruling", marked("Vad blev det?"), "radios", choices="rulings"),
            Asked("ruled_by", marked("Vem avgjorde?"), width="w-20"),
            Asked("ruled_on", marked("Avgörandets dag"), **DAY),
            Asked("ruling_number", marked("Målnummer"), width="w-10", is_required=False),
            Asked("ruling_text", marked("Avgörandet"), "textarea", is_required=False),
        ),
        preview="ruling",
    ),
    StepForm(
        "foresla-andring",
        "propose_change",
        marked("Föreslå ändring av beslutet"),
        marked("Föreslå ändringen"),
        Steps.propose_change,
        WRITTEN,
        marked("Någon annan, vars delegation räcker, beslutar."),
        "decision",
    ),
    StepForm(
        "andra",
        "change_decision",
        marked("Ändra beslutet"),
        marked("Fatta det nya beslutet"),
        Steps.change,
        DECIDED,
        marked("Det tidigare beslutet går fortfarande att läsa. Det nya delges och kan överklagas."),
        "decision",
    ),
    StepForm(
        "foresla-upphavande",
        "propose_revocation",
        marked("Föreslå att beslutet upphävs"),
        marked("Föreslå upphävande"),
        Steps.propose_revocation,
        (REASONS, LAW),
        marked("Någon annan, vars delegation räcker, beslutar."),
        "revocation",
    ),
    StepForm(
        "upphav",
        "revoke",
        marked("Upphäv beslutet"),
        marked("Upphäv beslutet"),
        Steps.revoke,
        (REASONS, LAW, SERVICE),
        marked("När upphävandet har fått laga kraft är ärendet öppet igen."),
        "revocation",
    ),
)
