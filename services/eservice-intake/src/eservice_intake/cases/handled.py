"""From what to what a case is led by what is done while it is handled."""

from eservice_intake.cases.statuses import OPEN, Status, Transition
from eservice_intake.cases.steps import Step
from shared.errors import Text

HANDLED: dict[Step, Transition] = {
    Step.REQUEST_SUPPLEMENT: Transition(
        (Status.RECEIVED, Status.COMPLETE),
        Status.AWAITING_SUPPLEMENT,
        can=Text(sv="Komplettering kan begäras", en="A supplement can be requested"),
        done=Text(sv="Komplettering begärdes", en="A supplement was requested"),
    ),
    Step.RECEIVE_SUPPLEMENT: Transition(
        (Status.AWAITING_SUPPLEMENT,),
        Status.RECEIVED,
        can=Text(sv="En komplettering kan lämnas", en="A supplement can be sent in"),
        done=Text(sv="En komplettering kom in", en="A supplement arrived"),
    ),
    Step.EXTEND: Transition(
        OPEN,
        None,
        can=Text(sv="Tiden kan förlängas", en="The time can be extended"),
        done=Text(sv="Tiden förlängdes", en="The time was extended"),
    ),
    Step.COMPLETE: Transition(
        (Status.RECEIVED,),
        Status.COMPLETE,
        can=Text(sv="Ärendet kan förklaras komplett", en="The case can be declared complete"),
        done=Text(sv="Ärendet förklarades komplett", en="The case was declared complete"),
    ),
    Step.REQUEST_OPINION: Transition(
        OPEN,
        None,
        can=Text(sv="Ett yttrande kan begäras", en="An opinion can be requested"),
        done=Text(sv="Ett yttrande begärdes", en="An opinion was requested"),
    ),
    Step.RECEIVE_OPINION: Transition(
        OPEN,
        None,
        can=Text(sv="Ett yttrande kan lämnas", en="An opinion can be given"),
        done=Text(sv="Ett yttrande kom in", en="An opinion arrived"),
    ),
    Step.CLOSE: Transition(
        (Status.RECEIVED, Status.COMPLETE, Status.FINAL),
        Status.CLOSED,
        can=Text(sv="Ärendet kan avslutas", en="The case can be closed"),
        done=Text(sv="Ärendet avslutades", en="The case was closed"),
    ),
    Step.WITHDRAW: Transition(
        OPEN,
        Status.WITHDRAWN,
        can=Text(sv="Ansökan kan återkallas", en="The application can be withdrawn"),
        done=Text(sv="Ansökan återkallades", en="The application was withdrawn"),
    ),
    Step.MOVE: Transition(
        OPEN,
        None,
        can=Text(sv="Ärendet kan flyttas", en="The case can be moved"),
        done=Text(sv="Ärendet flyttades till en annan enhet", en="The case was moved to another unit"),
    ),
    Step.MERGE: Transition(
        OPEN,
        Status.MERGED,
        can=Text(sv="Ärendet kan föras samman med ett annat", en="The case can be merged with another"),
        done=Text(sv="Ärendet fördes samman med ett annat", en="The case was merged with another"),
    ),
    Step.LINK: Transition(
        tuple(Status),
        None,
        can=Text(sv="Ärendet kan kopplas ihop med ett annat", en="The case can be linked with another"),
        done=Text(sv="Ärendet kopplades ihop med ett annat", en="The case was linked with another"),
    ),
    Step.CHANGE_SECRECY: Transition(
        tuple(Status),
        None,
        can=Text(sv="Sekretessmarkeringen kan ändras", en="The mark of secrecy can be changed"),
        done=Text(sv="Sekretessmarkeringen ändrades", en="The mark of secrecy was changed"),
    ),
    Step.SEND_MESSAGE: Transition(
        tuple(Status),
        None,
        can=Text(sv="Ett meddelande kan skickas", en="A message can be sent"),
        done=Text(sv="Ett meddelande skickades", en="A message was sent"),
    ),
    Step.BOOK_TIME: Transition(
        OPEN,
        None,
        can=Text(sv="En tid kan bokas", en="A time can be booked"),
        done=Text(sv="En tid bokades", en="A time was booked"),
    ),
    Step.CANCEL_TIME: Transition(
        tuple(Status),
        None,
        can=Text(sv="En tid kan avbokas", en="A time can be cancelled"),
        done=Text(sv="En tid avbokades", en="A time was cancelled"),
    ),
    Step.REFUSE_ATTACHMENT: Transition(
        OPEN,
        None,
        can=Text(sv="En fil kan avvisas", en="A file can be refused"),
        done=Text(sv="En fil avvisades: den går inte att öppna", en="A file was refused: it cannot be opened"),
    ),
    Step.REPLACE_ATTACHMENT: Transition(
        OPEN,
        None,
        can=Text(sv="En fil kan ersättas", en="A file can be replaced"),
        done=Text(sv="En fil ersattes", en="A file was replaced"),
    ),
    Step.APPROVE_FEE: Transition(
        tuple(Status),
        None,
        can=Text(sv="En avgift kan fastställas", en="A fee can be approved"),
        done=Text(sv="Avgiften fastställdes", en="The fee was approved"),
    ),
    Step.REGISTER_CONTROL: Transition(
        tuple(status for status in Status if status not in (Status.WITHDRAWN, Status.MERGED)),
        None,
        can=Text(sv="En kontroll kan registreras", en="A control can be registered"),
        done=Text(sv="En kontroll registrerades", en="A control was registered"),
    ),
    Step.MISS_DEADLINE: Transition(
        OPEN,
        None,
        can=Text(
            sv="Det kan visa sig att den sökande inte har fått veta vilken dag som gäller",
            en="It can turn out that the applicant was not told of a last day",
        ),
        done=Text(sv="Mejlet om sista dag kom inte fram", en="The mail about the last day did not arrive"),
    ),
    Step.MISS_REFERRAL: Transition(
        tuple(Status),
        None,
        can=Text(sv="Det kan visa sig att en remiss inte kom fram", en="A referral can turn out not to have arrived"),
        done=Text(sv="Remissen kom inte fram", en="The referral did not arrive"),
    ),
    Step.WARN_OF_END: Transition(
        OPEN,
        None,
        can=Text(sv="Det kan sägas att väntetiden snart är slut", en="It can be told that the waiting period ends"),
        done=Text(sv="Väntetiden är snart slut", en="The waiting period is about to end"),
    ),
    Step.MISS_SUPPLEMENT: Transition(
        (Status.AWAITING_SUPPLEMENT,),
        None,
        can=Text(sv="En komplettering kan vara försenad", en="A supplement can be late"),
        done=Text(sv="Kompletteringen kom inte i tid", en="The supplement did not come in time"),
    ),
    Step.MISS_DECISION: Transition(
        OPEN,
        None,
        can=Text(sv="Ett beslut kan vara försenat", en="A decision can be late"),
        done=Text(sv="Beslut fattades inte i tid", en="No decision was made in time"),
    ),
    Step.REMIND_OF_REPORT: Transition(
        tuple(status for status in Status if status not in (Status.WITHDRAWN, Status.MERGED)),
        None,
        can=Text(
            sv="En påminnelse om nästa årsrapport kan skickas", en="A reminder of the next yearly report can be sent"
        ),
        done=Text(sv="En påminnelse om nästa årsrapport skickades", en="A reminder of the next yearly report was sent"),
    ),
}
