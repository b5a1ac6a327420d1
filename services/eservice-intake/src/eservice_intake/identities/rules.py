"""What a proved identity means for the answers, and who is in a case."""

from collections.abc import Iterator
from datetime import date
from uuid import UUID

from eservice_intake.catalogue.conditions import holds
from eservice_intake.catalogue.eservices import EService
from eservice_intake.identities.models import CasePerson
from eservice_intake.identities.numbers import Answers, Seal, numbers_in
from eservice_intake.identities.residents import Resident


def with_identity(eservice: EService, answers: Answers, sender: Resident | None) -> Answers:
    """The answers with who sends in as it is proved, unless that is on somebody else's behalf."""
    if sender is None or (eservice.on_behalf_if and holds(eservice.on_behalf_if, answers)):
        return answers
    proved = {"identity_name": sender.name, "identity_number": sender.number}
    return {**answers, **{field.name: proved[field.prefill] for field in eservice.form if field.prefill in proved}}


def people_in(eservice: EService, answers: Answers, sender: Resident | None, today: date) -> set[str]:
    """The personal identity numbers of a case, which the answers and the sign-in tell."""
    return numbers_in(eservice.form, answers, today) | ({sender.number} if sender else set())


def case_people(
    case_id: UUID, numbers: set[str], who: Resident | None, seal: Seal, *, for_another: bool
) -> Iterator[CasePerson]:
    """A row for each of them, and in it who signed in: to send in, or to fill in for another."""
    for number in sorted(numbers):
        found = CasePerson(case_id=case_id, number_hash=seal.hash_of(number))
        if who is not None and who.number == number:
            found.signed_in, found.filled_in = not for_another, for_another
            found.number, found.name, found.assurance = seal.sealed(number), who.name, who.assurance
        yield found
