"""What the pages of definitions show."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from markupsafe import Markup

from portal.clients.definitions import (
    RELEASE,
    DefinitionBrief,
    Definitions,
    OfIntake,
    OfNotifications,
    OfPermitGuide,
    OfRecruitment,
    VersionBrief,
    VersionRead,
)
from portal.forms.sending import FormView
from portal.i18n import gettext as _
from portal.i18n import marked
from portal.staff.services import client_of
from portal.templating import apart, moment
from portal.views import Facts, known
from shared.clock import now

DEFINITIONS, VERSIONS = "/handlaggare/definitioner", "/handlaggare/versioner"
ASKED = (OfIntake, OfPermitGuide, OfRecruitment, OfNotifications)
OF_SERVICES: Mapping[str, type[Definitions]] = {one.service: one for one in ASKED}
STATUSES = {
    "proposed": (marked("Väntar på godkännande"), "warning"),
    "approved": (marked("Godkänd, inte publicerad"), "info"),
    "withdrawn": (marked("Återkallad"), "neutral"),
}


@dataclass(frozen=True)
class KindView:
    path: str
    name: str
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
    upload: str
    one: VersionRead
    status: tuple[Markup, str]
    facts: Facts
    failed: int
    trials: Sequence[tuple[str, Markup]]
    is_own: bool
    done: Markup | None
    form: FormView


def asked_of(service: str) -> type[Definitions]:
    """Who is asked about the definitions of a service. Raises a 404 when it has none."""
    return client_of(OF_SERVICES, service)


def kinds_of(service: str, found: Sequence[DefinitionBrief]) -> list[KindView]:
    titles = {one.kind: one.kind_title for one in found}
    return [
        KindView(f"{DEFINITIONS}/{service}/{kind}", title, [one for one in found if one.kind == kind])
        for kind, title in titles.items()
    ]


def path_of(service: str, version: UUID) -> str:
    return f"{VERSIONS}/{service}/{version}"


def line_of(service: str, number: int, one: VersionBrief) -> VersionLine:
    return VersionLine(path_of(service, one.id), number, status_of(one), one, _who(one.uploaded_by))


def view_of(service: str, one: VersionRead, form: FormView, done: Markup | None = None) -> VersionView:
    kind = f"{DEFINITIONS}/{service}/{one.kind}"
    return VersionView(
        path=path_of(service, one.id),
        back=f"{kind}/{one.name}",
        upload=f"{kind}?fran={one.id}",
        one=one,
        status=status_of(one),
        facts=known(_facts(one)),
        failed=sum(not case.passed for case in one.golden),
        trials=list(_trials(service, one)),
        is_own=one.status == "proposed" and "approve" not in one.can,
        done=done,
        form=form,
    )


def _trials(service: str, one: VersionRead) -> Iterator[tuple[str, Markup]]:
    """The pages on which it is tried."""
    path = path_of(service, one.id)
    if one.takes_answers:
        is_form = service == OfIntake.service
        yield (f"{path}/prova", _("Prova formuläret")) if is_form else (f"{path}/svar", _("Prova påhittade svar"))
    if service == OfIntake.service:
        yield f"{path}/arende", _("Pröva på ett ärende som finns")


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
