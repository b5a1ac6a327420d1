"""The steps of a case as the page offers them: each with its boxes, and what was typed in them."""

import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from markupsafe import Markup

from portal.clients.base import Refused
from portal.clients.staff_cases import Case, CaseDecision, EserviceUnit
from portal.forms.errors import id_of
from portal.forms.widgets import Choice, Widget
from portal.i18n import gettext as _
from portal.i18n import marked, of_service
from portal.public.events import LANGUAGES
from portal.staff.asked import Asked, StepForm
from portal.staff.steps import STEPS
from portal.templating import apart

Typed = Mapping[str, Sequence[str]]
ACTS = {
    "foresla": "decision",
    "beslut": "decision",
    "foresla-andring": "change",
    "andra": "change",
    "foresla-upphavande": "revocation",
    "upphav": "revocation",
    "foresla-avvisning": "dismissal",
    "avvisa": "dismissal",
}
"""What the steps that write a decision do: the boxes begin with what is proposed."""

FIRST: Mapping[str, Sequence[tuple[str, str]]] = {
    "languages": tuple(LANGUAGES.items()),
    "rulings": (
        ("upheld", marked("Beslutet står fast, eller överklagandet prövades inte")),
        ("changed", marked("Beslutet ändrades")),
        ("annulled", marked("Beslutet upphävdes, och ärendet kommer tillbaka")),
    ),
    "yes_no": (("ja", marked("Ja")), ("nej", marked("Nej"))),
    "ways": (
        ("receipt", marked("Med ett kvitto på papper")),
        ("process_server", marked("Genom stämningsman")),
        ("publication", marked("Genom kungörelse")),
        ("other", marked("På ett annat sätt som delgivningslagen anger")),
    ),
    "recipients": (("", marked("Den sökande")),),
    "fees": (("", marked("Det som skickades in")),),
    "units": (("", marked("Välj enhet")),),
}
"""The options that every case has, before those of its own."""
SERVICES: Mapping[str, str] = {
    "receipt": marked("Med delgivningskvitto: när den sökande bekräftar"),
    "simplified": marked("Förenklat: två veckor efter att det skickades"),
}


@dataclass(frozen=True)
class Wrong:
    """What is wrong, and where."""

    text: Markup
    href: str


@dataclass(frozen=True)
class Attempt:
    """A step that was not taken: what was typed, and why it was refused, if it was."""

    form: StepForm
    typed: Typed
    refused: Refused | None = None

    @property
    def is_behind(self) -> bool:
        """Whether somebody else has changed the case meanwhile."""
        return self.refused is not None and self.refused.status == 412

    def error_at(self, asked: Asked) -> str | None:
        return next((text for name, text in self._errors() if name == asked.name), None)

    def elsewhere(self) -> list[str]:
        """What is wrong that is not about a box."""
        if self.refused is None or self.is_behind:
            return []
        names = {one.name for one in self.form.asks}
        other = [text for name, text in self._errors() if name not in names]
        return other or ([] if self.refused.fields else [self.refused.detail])

    def _errors(self) -> Iterator[tuple[str, str]]:
        for path, text in self.refused.fields.items() if self.refused and not self.is_behind else ():
            yield path.removeprefix("decision.").partition(".")[0], text


@dataclass(frozen=True)
class Action:
    """A step as the page offers it."""

    slug: str
    title: str
    note: str
    button: str
    widgets: Sequence[Widget]
    is_previewed: bool
    is_open: bool = False
    mistakes: Sequence[Wrong] = ()
    changes: Sequence[Markup] = ()
    """What others did while this was typed."""
    key: str = field(default_factory=secrets.token_urlsafe)


def actions_of(case: Case, units: Iterable[EserviceUnit], attempt: Attempt | None) -> list[Action]:
    """What can be done with the case now, and what somebody has tried, also when it can no longer be done."""
    tried = attempt.form.slug if attempt else None
    offered = [form for form in STEPS if form.step in case.can or form.slug == tried]
    options = Options(case, {one.unit: one.unit_label for one in units})
    return [options.action(form, attempt if attempt and form.slug == tried else None) for form in offered]


@dataclass(frozen=True)
class Options:
    """What one chooses among in the boxes."""

    case: Case
    units: Mapping[str, str]

    def action(self, form: StepForm, attempt: Attempt | None) -> Action:
        typed = attempt.typed if attempt else dict(self.beginning(form))
        widgets = [self._widget(form, one, typed, attempt) for one in form.asks]
        return Action(
            slug=form.slug,
            title=_(form.title),
            note=_(form.note) if form.note else "",
            button=_(form.button),
            widgets=widgets,
            is_previewed=bool(form.preview),
            is_open=attempt is not None,
            mistakes=list(_mistakes(widgets, attempt)) if attempt else [],
            changes=list(_changes(attempt)),
        )

    def beginning(self, form: StepForm) -> Iterator[tuple[str, Sequence[str]]]:
        """What the boxes say before anybody has typed: what is proposed, or what holds and may be changed."""
        for one in form.asks:
            if one.choices in ("services", "languages", "decisions", "recipients", "unserved", "ways"):
                yield f"{form.slug}.{one.name}", [next(self.of(one.choices, form), ("",))[0]]
            elif one.choices == "yes_no":
                yield f"{form.slug}.{one.name}", ["ja" if self.case.confidential else "nej"]
        if form.slug in ACTS and (written := self._written(form.slug)):
            yield from ((f"{form.slug}.{name}", [text]) for name, text in _boxes(written))

    def _written(self, slug: str) -> CaseDecision | None:
        proposed = self.case.proposed(ACTS[slug])
        return proposed or (self.case.holding if slug in ("andra", "foresla-andring") else None)

    def _widget(self, form: StepForm, asked: Asked, typed: Typed, attempt: Attempt | None) -> Widget:
        name = f"{form.slug}.{asked.name}"
        chosen = list(typed.get(name, ()))
        error = attempt.error_at(asked) if attempt else None
        return Widget(
            kind=asked.kind,
            name=name,
            label=_(asked.label),
            required=asked.is_required,
            hint=_(asked.hint) if asked.hint else None,
            error=of_service(error) if error else None,
            value=chosen[0] if chosen else "",
            input_type=asked.input_type,
            width=asked.width or None,
            options=tuple(Choice(value, label, value in chosen) for value, label in self.of(asked.choices, form)),
        )

    def of(self, choices: str, form: StepForm) -> Iterator[tuple[str, Markup]]:
        """The options: values of the API, and words."""
        yield from ((value, _(text)) for value, text in FIRST.get(choices, ()))
        match choices:
            case "outcomes":
                offered = (
                    one for one in self.case.outcomes if one.within_delegation or form.slug.startswith("foresla")
                )
                yield from ((one.outcome, of_service(one.text)) for one in offered)
            case "services":
                yield from ((one, _(SERVICES[one])) for one in self.case.services if one in SERVICES)
            case "recipients":
                yield from ((one.id, apart(one.party_name)) for each in self.case.in_force for one in each.parties)
            case "unserved":
                others = (one for each in self.case.in_force for one in each.parties if one.served_on is None)
                yield from ((one.id, apart(one.party_name)) for one in others)
            case "fees":
                yield from (
                    (one.id, _("Kontroll %(day)s") % {"day": one.controlled_on})
                    for one in self.case.fees.fees
                    if one.about == "control" and one.export_number is None
                )
            case "decisions":
                yield from ((str(one.number), of_service(_said(one))) for one in reversed(self.case.in_force))
            case "units":
                yield from ((unit, of_service(label)) for unit, label in self.units.items() if unit != self.case.unit)


def _said(decision: CaseDecision) -> str:
    return f"{decision.number}. {decision.outcome_text}"


def _changes(attempt: Attempt | None) -> Iterator[Markup]:
    if attempt and attempt.refused and attempt.is_behind:
        yield from (of_service(message) for _place, message in attempt.refused.problems)


def _boxes(written: CaseDecision) -> Iterator[tuple[str, str]]:
    yield "outcome", written.outcome
    yield "reasons", written.reasons
    yield "legal_basis", "\n".join(written.legal_basis)
    yield "conditions", "\n".join(written.conditions)
    yield "fee", "" if written.fee is None else str(written.fee)


def _mistakes(widgets: Sequence[Widget], attempt: Attempt) -> Iterator[Wrong]:
    for one in widgets:
        if one.error:
            yield Wrong(Markup("{}: {}").format(one.label, one.error), f"#{id_of(one.name)}")
    yield from (Wrong(of_service(text), f"#{attempt.form.slug}-knapp") for text in attempt.elsewhere())
