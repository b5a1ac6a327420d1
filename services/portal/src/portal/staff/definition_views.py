"""What the pages of definitions show."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

from portal.clients.definitions import RELEASE, DefinitionBrief, VersionBrief, VersionRead
from portal.forms.sending import FormView
from portal.i18n import gettext as _
from portal.i18n import marked
from portal.templating import apart, moment
from portal.views import Facts, known
from shared.clock import now

DEFINITIONS, VERSIONS = "/handlaggare/definitioner", "/handlaggare/versioner"
KINDS: Mapping[str, str] = {"eservice": marked("E-tjänster")}
STATUSES = {
    "proposed": (marked("Väntar på godkännande"), "warning"),
    "approved": (marked("Godkänd, inte publicerad"), "info"),
    "withdrawn": (marked("Återkallad"), "neutral"),
}


@dataclass(frozen=True)
class KindView:
    id: str
    name: Markup
    definitions: Sequence[DefinitionBrief]


@dataclass(frozen=True)
class VersionLine:
    """A version in the list of a definition's."""

    path: str
    number: int
    status: tuple[Markup, str]
    one: VersionBrief
    by: Markup


@dataclass(frozen=True)
class VersionsView:
    title: str
    versions: Sequence[VersionLine]


@dataclass(frozen=True)
class VersionView:
    """A version, and what the reader may do with it. `is_own` is that somebody else approves it."""

    path: str
    back: str
    one: VersionRead
    status: tuple[Markup, str]
    facts: Facts
    failed: int
    is_own: bool
    done: Markup | None
    form: FormView


def kinds_of(found: Sequence[DefinitionBrief]) -> list[KindView]:
    return [
        KindView(kind, _(KINDS[kind]) if kind in KINDS else apart(kind), [one for one in found if one.kind == kind])
        for kind in dict.fromkeys(one.kind for one in found)
    ]


def line_of(number: int, one: VersionBrief) -> VersionLine:
    return VersionLine(f"{VERSIONS}/{one.id}", number, status_of(one), one, _who(one.uploaded_by))


def view_of(one: VersionRead, form: FormView, done: Markup | None = None) -> VersionView:
    return VersionView(
        path=f"{VERSIONS}/{one.id}",
        back=f"{DEFINITIONS}/{one.kind}/{one.name}",
        one=one,
        status=status_of(one),
        facts=known(_facts(one)),
        failed=sum(not case.passed for case in one.golden),
        is_own=one.status == "proposed" and "approve" not in one.can,
        done=done,
        form=form,
    )


def status_of(one: VersionBrief) -> tuple[Markup, str]:
    if one.effective_at is None:
        text, tone = STATUSES[one.status]
        return _(text), tone
    if one.holds:
        return _("Gäller nu"), "success"
    if one.effective_at > now():
        return _("Publicerad, gäller inte än"), "info"
    return _("Ersatt av en senare"), "neutral"


def _facts(one: VersionRead) -> list[tuple[Markup, Markup | None]]:
    return [
        (_("Varför"), apart(one.note) if one.note else None),
        (_("Skriven av"), _by(_who(one.uploaded_by), one.uploaded_at)),
        (_("Godkänd av"), _by(_who(one.approved_by), one.approved_at) if one.approved_by else None),
        (_("Gäller från"), _at(one.effective_at)),
        (_("Det som påbörjats med den tas emot till"), _at(one.closes_at)),
    ]


def _who(subject: str) -> Markup:
    return _("Systemets utgåva") if subject == RELEASE else apart(subject)


def _by(who: Markup, at: datetime | None) -> Markup:
    return Markup("{} · {}").format(who, moment(at)) if at else who


def _at(at: datetime | None) -> Markup | None:
    return Markup.escape(moment(at)) if at else None
