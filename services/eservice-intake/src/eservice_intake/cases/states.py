"""Which step leads a case from what to what. The canvas draws it."""

from eservice_intake.cases.decided import DECIDED
from eservice_intake.cases.handled import HANDLED
from eservice_intake.cases.statuses import IN_WORDS, Status, Transition, any_of
from eservice_intake.cases.steps import APPLICANT, BY_TIME, MAILS, PARTY, Step
from eservice_intake.clock.due import CLOCK
from shared.errors import Conflict, Text

TRANSITIONS: dict[Step, Transition] = {step: {**HANDLED, **DECIDED}[step] for step in Step}
SYSTEM = Text(sv="systemet", en="the system")
NOT_STAFF = {
    APPLICANT: Text(sv="den sökande", en="the applicant"),
    PARTY: Text(sv="den som fick länken", en="who was sent the link"),
    MAILS: SYSTEM,
    CLOCK: SYSTEM,
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
    if status in transition.stays or transition.to is None:
        return status
    return back if back is not None and back in transition.back else transition.to


def possible(status: Status) -> list[Step]:
    """The steps that somebody can take."""
    return [step for step, transition in TRANSITIONS.items() if status in transition.of and step not in BY_TIME]


def by_whom(name: str) -> Text:
    """Who took a step, as it is read: the name of somebody of the staff, or a word for who is not."""
    return NOT_STAFF.get(name, Text(sv=name, en=name))
