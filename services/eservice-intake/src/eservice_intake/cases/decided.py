"""From what to what a case is led by decisions about it, and what follows them."""

from eservice_intake.cases.statuses import OPEN, Status, Transition
from eservice_intake.cases.steps import Step
from shared.errors import Text

CHANGEABLE = (Status.DECIDED, Status.APPEALED, Status.FINAL)
"""What a court has is not changed (39 § förvaltningslagen)."""
UNDECIDED = (*OPEN, Status.WITHDRAWN, Status.MERGED)
"""Only a revocation may have been decided, and may be appealed too late."""

DECIDED: dict[Step, Transition] = {
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
    Step.PROPOSE_CHANGE: Transition(
        CHANGEABLE,
        None,
        can=Text(sv="En ändring av beslutet kan föreslås", en="A change of the decision can be proposed"),
        done=Text(sv="En ändring av beslutet föreslogs", en="A change of the decision was proposed"),
    ),
    Step.CHANGE_DECISION: Transition(
        CHANGEABLE,
        Status.DECIDED,
        stays=(Status.APPEALED,),
        can=Text(sv="Ett beslut kan ändras", en="A decision can be changed"),
        done=Text(sv="Beslutet ändrades", en="The decision was changed"),
    ),
    Step.SERVE: Transition(
        tuple(Status),
        None,
        can=Text(sv="Beslutet kan delges", en="The decision can be served"),
        done=Text(sv="Beslutet delgavs", en="The decision was served"),
    ),
    Step.SEND_AGAIN: Transition(
        tuple(Status),
        None,
        can=Text(sv="Beslutet kan skickas igen", en="The decision can be sent again"),
        done=Text(sv="Beslutet skickades igen", en="The decision was sent again"),
    ),
    Step.MISS_SERVICE: Transition(
        tuple(Status),
        None,
        can=Text(sv="Det kan visa sig att ett beslut inte kom fram", en="A decision can turn out not to have arrived"),
        done=Text(sv="Beslutet som skickades kom inte fram", en="The decision that was sent did not arrive"),
    ),
    Step.CORRECT_ADDRESS: Transition(
        tuple(Status),
        None,
        can=Text(sv="En adress kan rättas", en="An address can be corrected"),
        done=Text(
            sv="En adress rättades, och beslutet skickades dit",
            en="An address was corrected, and the decision sent to it",
        ),
    ),
    Step.NOTIFY_PARTY: Transition(
        tuple(Status),
        None,
        can=Text(sv="Beslutet kan delges flera", en="The decision can be served on others"),
        done=Text(sv="Beslutet skickades till någon annan som det rör", en="The decision was sent to somebody else"),
    ),
    Step.APPEAL: Transition(
        tuple(status for status in Status if status is not Status.APPEALED),
        Status.APPEALED,
        stays=UNDECIDED,
        can=Text(sv="Beslutet kan överklagas", en="The decision can be appealed"),
        done=Text(sv="Beslutet överklagades", en="The decision was appealed"),
    ),
    Step.PROPOSE_DISMISSAL: Transition(
        tuple(Status),
        None,
        can=Text(sv="Det kan föreslås att ett överklagande avvisas", en="Dismissal of an appeal can be proposed"),
        done=Text(sv="Det föreslogs att överklagandet avvisas", en="Dismissal of the appeal was proposed"),
    ),
    Step.DISMISS_APPEAL: Transition(
        tuple(Status),
        Status.FINAL,
        stays=tuple(status for status in Status if status is not Status.APPEALED),
        back=(Status.FORWARDED, Status.APPEALED, Status.DECIDED),
        can=Text(sv="Ett överklagande kan avvisas", en="An appeal can be dismissed"),
        done=Text(sv="Överklagandet avvisades", en="The appeal was dismissed"),
    ),
    Step.FORWARD_APPEAL: Transition(
        tuple(Status),
        Status.FORWARDED,
        stays=tuple(status for status in Status if status is not Status.APPEALED),
        back=(Status.APPEALED,),
        can=Text(sv="Ett överklagande kan lämnas över", en="An appeal can be forwarded"),
        done=Text(sv="Överklagandet lämnades över", en="The appeal was forwarded"),
    ),
    Step.RECEIVE_RULING: Transition(
        tuple(Status),
        Status.FINAL,
        stays=tuple(status for status in Status if status not in (Status.APPEALED, Status.FORWARDED)),
        back=(Status.COMPLETE, Status.APPEALED, Status.FORWARDED),
        can=Text(sv="Överinstansens avgörande kan registreras", en="The ruling of a court can be registered"),
        done=Text(sv="Överinstansen avgjorde överklagandet", en="A court ruled on the appeal"),
    ),
    Step.BECOME_FINAL: Transition(
        (Status.DECIDED,),
        Status.FINAL,
        back=(Status.COMPLETE,),
        can=Text(sv="Beslutet kan få laga kraft", en="The decision can become final"),
        done=Text(sv="Beslutet fick laga kraft", en="The decision became final"),
    ),
    Step.PROPOSE_REVOCATION: Transition(
        CHANGEABLE,
        None,
        can=Text(sv="Det kan föreslås att beslutet upphävs", en="Revocation of the decision can be proposed"),
        done=Text(sv="Det föreslogs att beslutet upphävs", en="Revocation of the decision was proposed"),
    ),
    Step.REVOKE: Transition(
        CHANGEABLE,
        Status.DECIDED,
        stays=(Status.APPEALED,),
        can=Text(sv="Ett beslut kan upphävas", en="A decision can be revoked"),
        done=Text(sv="Beslutet upphävdes", en="The decision was revoked"),
    ),
}
