"""Who may open a case."""

from eservice_intake.cases.models import Case
from shared.errors import Forbidden
from shared.staff import REGISTRATOR, Person


class Confidential(Forbidden):
    """The case is confidential: only its handler and the head of its unit open it."""

    sv = "Ärendet är sekretessmarkerat: bara handläggaren och enhetens chef öppnar det."


def require_access(case: Case, person: Person) -> None:
    """Raise Confidential or NotYourUnit when the person may not open the case."""
    if case.confidential and not person.heads(case.unit) and case.handler_id != person.id:
        raise Confidential
    person.require_unit(case.unit)


def require_move(case: Case, person: Person) -> None:
    """As `require_access`; a registrator moves the cases of every unit."""
    if case.confidential or REGISTRATOR not in person.roles:
        require_access(case, person)


def may_see(case: Case, person: Person) -> bool:
    """Whether a list shows more of the case than its diary number."""
    try:
        require_move(case, person)
    except Forbidden:
        return False
    return True
