"""What a page shows of a question: its boxes, what they say, and what is wrong with them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from portal.forms.conditions import holds
from portal.forms.definition import GROUPS, Field
from portal.forms.errors import Mistake, id_of
from portal.forms.hints import hints_of, in_bytes
from portal.forms.parse import DATE, NO, TIME, YES, Typed
from portal.i18n import gettext as _
from portal.i18n import of_service

MOST_RADIOS = 15


@dataclass(frozen=True)
class Choice:
    value: str
    label: Markup
    is_chosen: bool
    reveals: tuple["Widget", ...] = ()


@dataclass(frozen=True)
class Stored:
    """A file that is there already."""

    id: str
    name: str
    size: int
    scan: str

    @property
    def size_text(self) -> str:
        return in_bytes(self.size)


@dataclass(frozen=True)
class Part:
    """A box of a date."""

    name: str
    value: str
    width: str


@dataclass(frozen=True)
class Widget:
    """A question on a page. `value` is what the boxes say, `boxes` what is asked within it."""

    kind: str
    name: str
    label: Markup
    required: bool
    hint: Markup | None
    error: Markup | None
    value: str = ""
    input_type: str = "text"
    inputmode: str | None = None
    autocomplete: str | None = None
    width: str | None = None
    options: tuple[Choice, ...] = ()
    boxes: tuple["Widget", ...] = ()
    parts: tuple[Part, ...] = ()
    accept: str | None = None
    is_multiple: bool = False
    files: tuple[Stored, ...] = ()
    fetches: bool = False
    """Whether a register is asked with what it says."""

    @property
    def id(self) -> str:
        return id_of(self.name)

    @property
    def takes_more(self) -> bool:
        """Whether one more file can be chosen."""
        return self.is_multiple or not self.files


@dataclass(frozen=True)
class Page:
    """What the widgets of a page are made from."""

    fields: Sequence[Field]
    typed: Typed
    errors: Mapping[str, Markup]
    files: Mapping[str, Sequence[Stored]]

    def widgets(self) -> list[Widget]:
        """The questions of the page; those that an option reveals are under it."""
        return [self._widget(one, one.name) for one in self.fields if not self._revealing(one)]

    def _revealing(self, one: Field) -> Field | None:
        return next((other for other in self.fields if one.is_revealed_by(other)), None)

    def _widget(self, one: Field, path: str, autocomplete: str | None = None) -> Widget:
        kind = _kind_of(one)
        known = _LOOK.get(one.type, {})
        typed = list(self.typed.get(path, ()))
        return Widget(
            kind=kind,
            name=path,
            label=of_service(one.label),
            required=one.required or one.type == "protected_identity",
            hint=hints_of(one),
            error=self.errors.get(path),
            value=typed[0] if typed else "",
            options=tuple(self._choices(one, typed)) if kind in ("radios", "checkboxes", "select") else (),
            boxes=tuple(self._boxes(one, path)) if kind == "group" else (),
            parts=tuple(self._parts(kind, path)),
            accept=",".join(one.accept) or None,
            is_multiple=one.is_list,
            files=tuple(self.files.get(path, ())),
            autocomplete=autocomplete or (one.autocomplete if kind != "group" else None),
            **known,
        )

    def _parts(self, kind: str, path: str) -> Iterable[Part]:
        for name in _PARTS.get(kind, ()):
            value = (*self.typed.get(f"{path}-{name}", ()), "")[0]
            yield Part(name, value, "w-4" if name in (DATE[0], TIME) else "w-2")

    def _boxes(self, one: Field, path: str) -> Iterable[Widget]:
        own = ADDRESS if one.autocomplete == "address" else {}
        return (self._widget(box, f"{path}.{box.name}", own.get(box.name)) for box in one.fields)

    def _choices(self, one: Field, typed: Sequence[str]) -> Iterable[Choice]:
        for value, label in _options_of(one):
            revealed = [other for other in self.fields if other.is_revealed_by(one) and _reveals(value, other, one)]
            reveals = tuple(self._widget(other, other.name) for other in revealed)
            yield Choice(value, label, value in typed, reveals)


def page_of(
    fields: Sequence[Field],
    typed: Typed,
    mistakes: Iterable[Mistake] = (),
    files: Mapping[str, Sequence[Stored]] | None = None,
) -> list[Widget]:
    """The widgets of a page. Of several things wrong with a box, the first is said."""
    errors: dict[str, Markup] = {}
    for mistake in mistakes:
        errors.setdefault(mistake.path, mistake.text)
    return Page(fields, typed, errors, files or {}).widgets()


def on_page(fields: Iterable[Field], answers: Mapping[str, Any]) -> list[Field]:
    """The questions that a page has in it: those that are asked, and those that an option on it may reveal."""
    fields = list(fields)
    shown: list[Field] = []
    for one in fields:
        if holds(one.show_if, answers) or any(one.is_revealed_by(other) for other in shown):
            shown.append(one)
    return shown


def _reveals(value: str, revealed: Field, by: Field) -> bool:
    wanted = revealed.show_if[by.name]
    return value == ({True: YES, False: NO}[wanted] if isinstance(wanted, bool) else wanted)


def _options_of(one: Field) -> list[tuple[str, Markup]]:
    options = [(option.value, of_service(option.label)) for option in one.options]
    match one.type:
        case "country":
            return [("", _("Sverige")), *(option for option in options if option[0] != "SE")]
        case "bool":
            options = [(YES, _("Ja")), (NO, _("Nej"))]
        case "multi_choice":
            return options
    if _kind_of(one) == "select":  # whose first option is chosen before anybody has chosen
        return [("", _("Välj") if one.required else _("Inget svar")), *options]
    return options if one.required else [*options, ("", _("Inget svar"))]


def _kind_of(one: Field) -> str:
    if one.is_declaration or one.type == "protected_identity":
        return "checkbox"
    if one.type in GROUPS:
        return "group"
    if one.type == "choice" and len(one.options) > MOST_RADIOS:
        return "select"
    return _KINDS.get(one.type, "text")


_KINDS = {
    "textarea": "textarea",
    "bool": "radios",
    "choice": "radios",
    "multi_choice": "checkboxes",
    "country": "select",
    "foreign_country": "select",
    "date": "date",
    "datetime": "moment",
    "file": "file",
}
_PARTS = {"date": DATE, "moment": (*DATE, TIME)}
_LOOK: Mapping[str, dict[str, Any]] = {
    "email": {"input_type": "email", "width": "w-20"},
    "phone": {"input_type": "tel", "width": "w-10"},
    "orgnr": {"inputmode": "numeric", "width": "w-10"},
    "foreign_number": {"width": "w-20"},
    "personnr": {"inputmode": "numeric", "width": "w-10"},
    "postal_code": {"width": "w-4"},
    "integer": {"inputmode": "numeric", "width": "w-4"},
    "decimal": {"inputmode": "decimal", "width": "w-4"},
    "case_reference": {"width": "w-10"},
    "property_designation": {"width": "w-20"},
}
ADDRESS = {
    "street": "street-address",
    "postal_code": "postal-code",
    "city": "address-level2",
    "country": "country",
}
"""What a browser calls the boxes of the sender's own address."""
