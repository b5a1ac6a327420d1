"""What is asked of who handles a case: every step that staff take, in the order that the page offers them."""

from collections.abc import Mapping, Sequence

from portal.clients.steps import Steps
from portal.i18n import marked
from portal.staff.asked import DAY, Asked, StepForm
from portal.staff.decision_steps import OF_DECISIONS
from portal.staff.fee_steps import OF_FEES

OTHER_CASE = Asked(
    "reference", marked("Det andra ärendets referens"), hint=marked("Till exempel K7MP-2XWB."), width="w-10"
)

STEPS: Sequence[StepForm] = (
    StepForm(
        "komplettering",
        "request_supplement",
        marked("Begär komplettering"),
        marked("Skicka begäran"),
        Steps.request_supplement,
        (
            Asked(
                "wanted",
                marked("Vad behöver den sökande skicka in?"),
                "textarea",
                marked("Den sökande läser texten som du skriver den."),
            ),
            Asked("due_on", marked("Sista dag att svara"), **DAY),
        ),
        marked("Handläggningstiden står stilla tills svaret har kommit."),
        "supplement",
    ),
    StepForm(
        "komplett",
        "complete",
        marked("Förklara komplett"),
        marked("Förklara komplett"),
        Steps.complete,
        (
            Asked(
                "on",
                marked("Komplett sedan"),
                hint=marked("I dag om det lämnas tomt."),
                is_required=False,
                **DAY,
            ),
        ),
        marked("Väntetiden börjar löpa den dagen."),
        "completion",
    ),
    StepForm(
        "yttrande",
        "request_opinion",
        marked("Begär yttrande"),
        marked("Skicka förfrågan"),
        Steps.refer,
        (
            Asked("name", marked("Vem tillfrågas?"), width="w-20"),
            Asked("email", marked("E-postadress"), input_type="email", width="w-20"),
            Asked("question", marked("Fråga"), "textarea"),
            Asked("due_on", marked("Sista dag att svara"), **DAY),
            Asked("language", marked("Språk"), "radios", choices="languages"),
        ),
        marked("Den som tillfrågas får ett mejl med en länk som öppnar bara det här ärendet."),
        "opinion",
    ),
    StepForm(
        "forlang",
        "extend",
        marked("Förläng tiden"),
        marked("Förläng tiden"),
        Steps.extend,
        (Asked("due_on", marked("Ny sista dag"), **DAY),),
        marked("Gäller kompletteringen om en sådan väntas, annars beslutet."),
        "extension",
    ),
    *OF_FEES,
    *OF_DECISIONS,
    StepForm(
        "koppla",
        "link",
        marked("Koppla ihop med ett annat ärende"),
        marked("Koppla ihop"),
        Steps.link,
        (OTHER_CASE,),
    ),
    StepForm(
        "sla-ihop",
        "merge",
        marked("För samman med ett annat ärende"),
        marked("För samman"),
        Steps.merge,
        (OTHER_CASE,),
        marked("Det här ärendet avslutas, och handläggs vidare i det andra."),
        "merger",
    ),
    StepForm(
        "flytta",
        "move",
        marked("Flytta till en annan enhet"),
        marked("Flytta ärendet"),
        Steps.move,
        (Asked("unit", marked("Enhet"), "select", choices="units"),),
        marked("Handläggaren släpper ärendet, och det hamnar i den andra enhetens kö."),
        "move",
    ),
    StepForm(
        "sekretess",
        "change_secrecy",
        marked("Ändra sekretessmarkeringen"),
        marked("Spara"),
        Steps.change_secrecy,
        (Asked("confidential", marked("Är ärendet sekretessmarkerat?"), "radios", reads="truth", choices="yes_no"),),
        marked("Ett sekretessmarkerat ärende öppnas bara av sin handläggare och enhetens chef."),
    ),
    StepForm(
        "avsluta",
        "close",
        marked("Avsluta ärendet"),
        marked("Avsluta ärendet"),
        Steps.close,
        note=marked("När inget mer behöver göras."),
        preview="closure",
        has_body=False,
    ),
)
MESSAGE = StepForm(
    "meddelande",
    "send_message",
    marked("Skriv till den sökande"),
    marked("Skicka meddelandet"),
    Steps.send_message,
    (
        Asked(
            "text",
            marked("Meddelande"),
            "textarea",
            marked("Den sökande får ett mejl om att det finns ett meddelande, och läser det i ärendet."),
        ),
    ),
    preview="message",
)
BY_SLUG: Mapping[str, StepForm] = {one.slug: one for one in (*STEPS, MESSAGE)}
