"""What is wrong with the answers: one sentence each, the same in the summary and at the field."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial

from markupsafe import Markup

from portal.forms.definition import GROUPS, Field
from portal.i18n import gettext as _
from portal.i18n import of_service

REQUIRED, NOT_OF_TYPE, PROTECTED = "required", "type", "protected_identity"


@dataclass(frozen=True)
class Violation:
    """Something that is wrong, as a service says it: where, in a word for programs, and in words for people."""

    field: str
    code: str
    message: str = ""


@dataclass(frozen=True)
class Mistake:
    """What is wrong, where it is shown: at which box, and in which row where there are several."""

    path: str
    text: Markup
    question: str
    row: int | None = None

    page: str = ""
    """Where the box is, unless it is on this page."""

    @property
    def href(self) -> str:
        return f"{self.page}#{id_of(self.path)}"


def id_of(path: str) -> str:
    """The id of the box on the page."""
    return f"svar-{path.replace('.', '-')}"


def first_id(one: Field) -> str:
    """The id of the question's first box."""
    return id_of(_first_box(one))


def mistakes(fields: Iterable[Field], violations: Iterable[Violation]) -> list[Mistake]:
    """What is wrong with these questions, in the order they are asked. What is wrong elsewhere is not theirs."""
    violations = list(violations)
    found = []
    for one in fields:
        own = (wrong for wrong in violations if wrong.field.partition(".")[0] == one.name)
        found += [_mistake(one, wrong) for wrong in sorted(own, key=partial(_place_of, one))]
    return found


def _place_of(one: Field, wrong: Violation) -> tuple[int, int]:
    """Which row, and which of its questions."""
    number, _, rest = wrong.field.removeprefix(f"{one.name}.").partition(".")
    names = [inner.name for inner in one.fields]
    name = rest.partition(".")[0]
    return (int(number), names.index(name)) if number.isdecimal() and name in names else (-1, -1)


def _mistake(one: Field, wrong: Violation) -> Mistake:
    _, _, rest = wrong.field.partition(".")
    if one.type == "repeat" and rest:
        return _in_row(one, rest, wrong)
    box = next((box for box in one.fields if box.name == rest), None) if one.type in GROUPS else None
    path = f"{one.name}.{rest}" if box else _first_box(one)
    return Mistake(path, sentence(box or one, wrong, within=one if box else None), one.name)


def _in_row(one: Field, rest: str, wrong: Violation) -> Mistake:
    number, _, inner = rest.partition(".")
    row = int(number) if number.isdecimal() else None
    found = mistakes(one.fields, [Violation(inner, wrong.code, wrong.message)])
    if found:
        return Mistake(found[0].path, found[0].text, one.name, row)
    return Mistake(one.name, sentence(one, wrong), one.name, row)


def _first_box(one: Field) -> str:
    return f"{one.name}.{one.fields[0].name}" if one.type in GROUPS else one.name


def sentence(one: Field, wrong: Violation, within: Field | None = None) -> Markup:
    """What is wrong, and what to do about it. It names the question, so that it can stand by itself."""
    label = of_service(one.label)
    if within is not None:
        label = Markup("{}, {}").format(of_service(within.label), label)
    if wrong.code == REQUIRED or (one.type, wrong.code) == ("repeat", "min_count"):
        return _unanswered(one) % {"label": label}
    if wrong.code == PROTECTED:
        return of_service(wrong.message)
    said = _not_understood(one, wrong.code) or wrong.message
    if one.label.endswith("?"):
        return Markup("{} {}").format(label, of_service(said))
    return Markup("{}: {}").format(label, of_service(_within_a_sentence(said)))


def _within_a_sentence(said: str) -> str:
    is_word = said[1:2].islower() or said[1:2] == " "
    return said[:1].lower() + said[1:] if is_word else said


def _unanswered(one: Field) -> Markup:
    if one.is_declaration:
        return _("Kryssa i ”%(label)s” för att kunna skicka in.")
    said = UNANSWERED.get(one.type)
    return said() if said else _("Fyll i ”%(label)s”.")


def _not_understood(one: Field, code: str) -> Markup | None:
    """Where the page's boxes are others than the service knows of."""
    said = NOT_UNDERSTOOD.get((one.type, code))
    return said() if said else None


Say = Callable[[], Markup]
UNANSWERED: dict[str, Say] = {
    "choice": lambda: _("Välj ett svar på frågan ”%(label)s”."),
    "bool": lambda: _("Välj ett svar på frågan ”%(label)s”."),
    "multi_choice": lambda: _("Välj minst ett svar på frågan ”%(label)s”."),
    "date": lambda: _("Fyll i datum för ”%(label)s”."),
    "datetime": lambda: _("Fyll i datum och klockslag för ”%(label)s”."),
    "file": lambda: _("Välj en fil för ”%(label)s”."),
    "repeat": lambda: _("Lägg till minst en rad under ”%(label)s”."),
}
NOT_UNDERSTOOD: dict[tuple[str, str], Say] = {
    ("integer", NOT_OF_TYPE): lambda: _("Skriv ett heltal, till exempel 12."),
    ("decimal", NOT_OF_TYPE): lambda: _("Skriv ett tal, till exempel 12,5."),
    ("date", "format"): lambda: _("Skriv år, månad och dag med siffror, till exempel 2027 3 27."),
    ("datetime", "format"): lambda: _("Skriv datum och klockslag, till exempel 2027 3 27 och 14.30."),
}
