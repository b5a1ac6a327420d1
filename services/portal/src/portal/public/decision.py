"""A decision as it is read, received and appealed: by who has applied, and by others who are served it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from portal.clients.cases import Decision
from portal.forms.errors import Mistake
from portal.forms.widgets import Widget
from portal.i18n import gettext as _
from portal.i18n import of_service
from portal.public.own import mistake, new_key, text_box
from portal.templating import apart, day, money

ALREADY = "AlreadyServed"
RECEIVED, IN_TIME, LATE = "mottaget", "overklagat", "overklagat-sent"


@dataclass(frozen=True)
class DecisionView:
    """`path` is the page's, and what is done on it is sent below it; `back` leads to one's own case.

    `may_appeal_until` is for whoever has just received it, not for whoever has just appealed.
    """

    decision: Decision
    path: str
    back: str | None
    pdf: str | None
    facts: Sequence[tuple[Markup, Markup | str, str]]
    is_to_be_confirmed: bool
    done: Markup | None
    may_appeal_until: date | None
    ruling: Markup | None
    key: str


@dataclass(frozen=True)
class AppealView:
    decision: Decision
    path: str
    is_late: bool
    box: Widget
    mistakes: Sequence[Mistake]
    key: str


def decision_view(
    decision: Decision, path: str, today: date, done: str, back: str | None = None, pdf: str | None = None
) -> DecisionView:
    is_served = decision.served_on is not None and decision.served_on <= today
    return DecisionView(
        decision=decision,
        path=path,
        back=back,
        pdf=pdf,
        facts=list(_facts(decision)),
        is_to_be_confirmed=decision.is_in_force and not is_served,
        done=DONE[done]() if done in DONE else None,
        may_appeal_until=decision.appeal_until if done == RECEIVED else None,
        ruling=RULINGS[decision.ruling]() if decision.ruling in RULINGS else None,
        key=new_key(),
    )


def appeal_view(
    decision: Decision, path: str, today: date, text: str, key: str, error: Markup | None = None
) -> AppealView:
    hint = _("Skriv vilket beslut du överklagar, hur du vill att det ändras och varför.")
    box = text_box(_("Ditt överklagande"), text, hint, error)
    return AppealView(decision, path, not in_time(decision.appeal_until, today), box, mistake(error), key)


def in_time(appeal_until: date | None, today: date) -> bool:
    return appeal_until is None or today <= appeal_until


def _facts(decision: Decision) -> Sequence[tuple[Markup, Markup | str, str]]:
    rows: list[tuple[Markup, Markup | str, str]] = []
    if decision.decided_at is not None:
        rows.append((_("Beslutsdatum"), day(decision.decided_at), ""))
    if decision.decided_by_name is not None:
        rows.append((_("Beslutat av"), _decider(decision.decided_by_name, decision.delegation), ""))
    if decision.legal_basis:
        rows.append((_("Lagstöd"), Markup("<br>").join(of_service(one) for one in decision.legal_basis), ""))
    if decision.fee is not None:
        rows.append((_("Avgift"), Markup("<br>").join([money(decision.fee), *map(of_service, decision.fee_lines)]), ""))
    if decision.served_on is not None:
        rows.append((_("Delgivet"), day(decision.served_on), ""))
    if decision.appeal_until is not None:
        rows.append((_("Sista dag att överklaga"), day(decision.appeal_until), ""))
    return rows


def _decider(name: str, delegation: str | None) -> Markup:
    if delegation is None:
        return apart(name)
    return Markup("{}, {}").format(apart(name), _("delegation %(item)s") % {"item": delegation})


Say = Callable[[], Markup]
DONE: dict[str, Say] = {
    RECEIVED: lambda: _("Tack, vi vet nu att du har tagit del av beslutet"),
    IN_TIME: lambda: _("Ditt överklagande har kommit in i tid."),
    LATE: lambda: _("Ditt överklagande har kommit in, men efter sista dagen. Vi kan behöva avvisa det."),
}
RULINGS: dict[str | None, Say] = {
    "upheld": lambda: _("Beslutet står fast."),
    "changed": lambda: _("Beslutet har ändrats."),
    "annulled": lambda: _("Beslutet har upphävts, och vi prövar ärendet på nytt."),
}
