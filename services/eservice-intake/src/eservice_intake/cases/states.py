"""Which step leads a case from what to what. The canvas draws it."""

from enum import StrEnum

from eservice_intake.cases.statuses import IN_WORDS, OPEN, Status, Transition, any_of
from shared.errors import Conflict, Text


class Step(StrEnum):
    """What can be done with a case."""

    REQUEST_SUPPLEMENT = "request_supplement"
    RECEIVE_SUPPLEMENT = "receive_supplement"
    EXTEND = "extend"
    COMPLETE = "complete"
    REQUEST_OPINION = "request_opinion"
    RECEIVE_OPINION = "receive_opinion"
    PROPOSE = "propose"
    DECIDE = "decide"
    CHANGE_DECISION = "change_decision"
    SERVE = "serve"
    APPEAL = "appeal"
    DISMISS_APPEAL = "dismiss_appeal"
    FORWARD_APPEAL = "forward_appeal"
    BECOME_FINAL = "become_final"
    REVOKE = "revoke"
    CLOSE = "close"
    WITHDRAW = "withdraw"
    MOVE = "move"
    MERGE = "merge"
    LINK = "link"
    CHANGE_SECRECY = "change_secrecy"
    SEND_MESSAGE = "send_message"
    REFUSE_ATTACHMENT = "refuse_attachment"
    REPLACE_ATTACHMENT = "replace_attachment"
    WARN_OF_END = "warn_of_end"
    MISS_SUPPLEMENT = "miss_supplement"
    MISS_DECISION = "miss_decision"
    REMIND_OF_REPORT = "remind_of_report"


BY_TIME = frozenset({Step.WARN_OF_END, Step.MISS_SUPPLEMENT, Step.MISS_DECISION, Step.REMIND_OF_REPORT})
"""What nobody does: the clock tells that it is so."""

TRANSITIONS: dict[Step, Transition] = {
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
    Step.PROPOSE: Transition(
        OPEN,
        Status.PROPOSED,
        can=Text(sv="Ett beslut kan föreslås", en="A decision can be proposed"),
        done=Text(sv="Ett beslut föreslogs", en="A decision was proposed"),
    ),
    Step.DECIDE: Transition(
        OPEN,
        Status.DECIDED,
        can=Text(sv="Beslut kan fattas", en="A decision can be made"),
        done=Text(sv="Beslut fattades", en="A decision was made"),
    ),
    Step.CHANGE_DECISION: Transition(
        (Status.DECIDED, Status.APPEALED, Status.FORWARDED, Status.FINAL),
        Status.DECIDED,
        stays=(Status.APPEALED,),
        can=Text(sv="Ett beslut kan ändras", en="A decision can be changed"),
        done=Text(sv="Beslutet ändrades", en="The decision was changed"),
    ),
    Step.SERVE: Transition(
        (Status.DECIDED, Status.APPEALED, Status.FORWARDED, Status.FINAL),
        None,
        can=Text(sv="Beslutet kan delges", en="The decision can be served"),
        done=Text(sv="Beslutet delgavs", en="The decision was served"),
    ),
    Step.APPEAL: Transition(
        (Status.DECIDED, Status.FORWARDED, Status.FINAL, Status.CLOSED),
        Status.APPEALED,
        can=Text(sv="Beslutet kan överklagas", en="The decision can be appealed"),
        done=Text(sv="Beslutet överklagades", en="The decision was appealed"),
    ),
    Step.DISMISS_APPEAL: Transition(
        (Status.APPEALED,),
        Status.FINAL,
        back=(Status.FORWARDED,),
        can=Text(sv="Ett överklagande kan avvisas", en="An appeal can be dismissed"),
        done=Text(sv="Överklagandet avvisades", en="The appeal was dismissed"),
    ),
    Step.FORWARD_APPEAL: Transition(
        (Status.APPEALED,),
        Status.FORWARDED,
        can=Text(sv="Ett överklagande kan lämnas över", en="An appeal can be forwarded"),
        done=Text(sv="Överklagandet lämnades över", en="The appeal was forwarded"),
    ),
    Step.BECOME_FINAL: Transition(
        (Status.DECIDED,),
        Status.FINAL,
        can=Text(sv="Beslutet kan få laga kraft", en="The decision can become final"),
        done=Text(sv="Beslutet fick laga kraft", en="The decision became final"),
    ),
    Step.REVOKE: Transition(
        (Status.DECIDED, Status.FORWARDED, Status.FINAL),
        Status.COMPLETE,
        can=Text(sv="Ett beslut kan upphävas", en="A decision can be revoked"),
        done=Text(sv="Beslutet upphävdes", en="The decision was revoked"),
    ),
    Step.CLOSE: Transition(
        (Status.RECEIVED, Status.COMPLETE, Status.FORWARDED, Status.FINAL),
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


class WrongState(Conflict):
    """The case is in a state that does not allow this step. The answer says which states do."""

    sv = "Ärendet är i ett läge där steget inte är möjligt. Svaret säger i vilka lägen det är möjligt."

    def __init__(self, step: Step, status: Status) -> None:
        super().__init__()
        self.step, self.found = step, status

    @property
    def text(self) -> Text:
        can, status, possible = TRANSITIONS[self.step].can, IN_WORDS[self.found], any_of(TRANSITIONS[self.step].of)
        return Text(
            sv=f"Ärendet är {status.sv}. {can.sv} när ärendet är {possible.sv}.",
            en=f"The case is {status.en}. {can.en} when the case is {possible.en}.",
        )


def after(step: Step, status: Status, back: Status | None = None) -> Status:
    """What the case is after the step, which may lead back. Raises WrongState when the step is not possible."""
    if status not in (transition := TRANSITIONS[step]).of:
        raise WrongState(step, status)
    if back is None or back not in transition.back:
        back = status if status in transition.stays else transition.to
    return back or status


def possible(status: Status) -> list[Step]:
    """The steps that somebody can take."""
    return [step for step, transition in TRANSITIONS.items() if status in transition.of and step not in BY_TIME]
