"""What the inbox shows: the tasks of a choice, and the views and units beside them."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from portal.clients.lists import Listed
from portal.clients.notifications import Counts, Notifications, Queue, Task
from portal.forms.errors import Mistake
from portal.forms.widgets import Widget
from portal.i18n import gettext as _
from portal.i18n import plain
from portal.pages import Page
from portal.presence import Names, others_at
from portal.saved_views import Named, of_person
from portal.staff.tasks import STATUSES, VIEWS, Choice, Rows, TaskRow, following, shown_count

ON_A_PAGE = 50
Tried = tuple[str, Markup]
"""A name that somebody typed, and what is wrong with it."""


@dataclass(frozen=True)
class Side:
    """An entry of the menu beside the list."""

    text: str
    path: str
    count: str
    is_chosen: bool


@dataclass(frozen=True)
class Sides:
    views: Sequence[Side]
    saved: Sequence[Side]
    units: Sequence[Side]


@dataclass(frozen=True)
class Saving:
    """The form that names what is shown."""

    address: str
    is_saved: bool
    name: Widget
    mistakes: Sequence[Mistake]


@dataclass(frozen=True)
class Said:
    """What became of a step, and which task is next."""

    text: str
    tone: str = "success"
    next: TaskRow | None = None


@dataclass(frozen=True)
class News:
    """How many tasks there are that the page does not show, and where they are."""

    count: int
    path: str


@dataclass(frozen=True)
class InboxView:
    choice: Choice
    title: str
    statuses: Sequence[tuple[str, str, bool]]
    sides: Sides
    rows: Sequence[TaskRow]
    said: Said | None
    saving: Saving
    news: News
    here: str
    stream: str
    first: str
    following: str


@dataclass(frozen=True)
class Found:
    """What a choice finds."""

    page: Page
    choice: Choice
    tasks: Sequence[Task]
    next: str | None
    counts: Counts
    queues: Sequence[Queue]
    saved: Sequence[Named]
    present: Mapping[str, Names]

    @classmethod
    async def by(cls, page: Page, choice: Choice, *also: Task) -> "Found":
        """Ask for it, and for who has the cases of other tasks open that are shown, too."""
        listed, beside = await asyncio.gather(listed_by(page, choice), beside_of(page, choice))
        return cls(page, choice, listed.items, listed.next, *beside, await present_at(page, [*listed.items, *also]))

    @property
    def rows(self) -> Rows:
        return Rows.for_(self.page, self.choice, {one.queue: one.title for one in self.queues}, self.present)

    def view(self, said: Said | None = None, tried: Tried | None = None) -> InboxView:
        choice = self.choice
        return InboxView(
            choice=choice,
            title=titles()[choice.ko],
            statuses=[(value, text, value == choice.status) for value, text in statuses().items()],
            sides=self.sides(),
            rows=self.rows.of(self.tasks),
            said=said,
            saving=self._saving(tried),
            news=News(0, choice.path()),
            here=choice.path(),
            stream=choice.stream(self.tasks, self.page.request.app.state.clock().timestamp()),
            first=choice.path(sida="") if choice.sida else "",
            following=choice.path(sida=self.next) if self.next else "",
        )

    def sides(self) -> Sides:
        choice, counts = self.choice, self.counts
        here = self._saved_here
        views = [
            Side(
                text, choice.path(ko=ko, sida=""), shown_count(getattr(counts, VIEWS[ko])), ko == choice.ko and not here
            )
            for ko, text in titles().items()
        ]
        saved = [Side(one.name, one.address, "", one is here) for one in self.saved]
        units = [
            Side(one.title, choice.path(enhet=one.queue, sida=""), shown_count(one.waiting), one.queue == choice.enhet)
            for one in self.queues
        ]
        everywhere = Side(_("Alla enheter"), choice.path(enhet="", sida=""), "", not choice.enhet)
        return Sides(views, saved, [everywhere, *units] if len(units) > 1 else [])

    @property
    def _saved_here(self) -> Named | None:
        """What is shown, if it is a saved view."""
        here = self.choice.at_its_beginning.path()
        return next((one for one in self.saved if one.address == here), None)

    def _saving(self, tried: Tried | None) -> Saving:
        here = self._saved_here
        name, wrong = tried or (here.name if here else "", None)
        box = Widget("text", "namn", _("Vyns namn"), required=True, hint=None, error=wrong, value=name)
        mistakes = [Mistake(box.name, wrong, box.name)] if wrong else []
        return Saving(self.choice.at_its_beginning.path(), here is not None, box, mistakes)

    def after(self, task: Task) -> TaskRow | None:
        """What is next when one is done with the task."""
        found = following(task, self.tasks)
        return self.rows.row(found) if found else None


async def listed_by(page: Page, choice: Choice) -> Listed[Task]:
    asked: dict[str, Any] = choice.asked()
    return await page.ask(Notifications).tasks(**asked, limit=ON_A_PAGE)


async def beside_of(page: Page, choice: Choice) -> tuple[Counts, Sequence[Queue], Sequence[Named]]:
    """What there is beside the tasks."""
    assert page.person is not None
    service = page.ask(Notifications)
    saved = of_person(page.request.app.state.database, page.person)
    counts, queues, named = await asyncio.gather(service.counts(choice.enhet), service.queues(), saved)
    return counts, queues.items, named


async def present_at(page: Page, tasks: Sequence[Task]) -> Mapping[str, Names]:
    """Who else has the cases of the tasks open. Of a confidential one only its own page tells."""
    assert page.person is not None
    references = [one.reference for one in tasks if one.reference and not one.confidential]
    state = page.request.app.state
    return await others_at(state.database, references, page.person, state.clock())


def titles() -> dict[str, str]:
    return {
        "ej-tilldelade": _("Ej tilldelade"),
        "mina": _("Mina"),
        "alla": _("Alla öppna"),
        "forsenade": _("Försenade"),
        "klara": _("Klara i dag"),
    }


def statuses() -> dict[str, str]:
    texts = (plain("Nya"), plain("Pågår"), plain("Ny händelse"), plain("Brådskande"))
    return dict(zip(STATUSES, texts, strict=True))
