"""A task as lists show it, and the choice of tasks that an address makes."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from urllib.parse import quote, urlencode
from uuid import UUID

from starlette.datastructures import QueryParams

from portal.clients.notifications import Count, Task
from portal.i18n import gettext as _
from portal.pages import Page
from portal.presence import Names
from portal.sessions import Person
from portal.templating import number, short_day

INBOX = "/handlaggare/inkorg"
CASE = "/handlaggare/arenden"
VIEWS = {
    "ej-tilldelade": "unassigned",
    "mina": "mine",
    "alla": "waiting",
    "forsenade": "late",
    "klara": "done_today",
}
STATUSES: dict[str, dict[str, object]] = {
    "nya": {"status": "open"},
    "pagar": {"status": "claimed"},
    "handelser": {"has_news": True},
    "bradskande": {"urgent": True},
}
LONGEST_TEXT = 100


@dataclass(frozen=True)
class Choice:
    """Which tasks an address shows. What it cannot mean is as if it were not there."""

    ko: str = "ej-tilldelade"
    enhet: str = ""
    status: str = ""
    q: str = ""
    sida: str = ""

    @classmethod
    def of(cls, query: QueryParams) -> "Choice":
        said = {name: tidy(query.get(name, "")) for name in ("ko", "enhet", "status", "q", "sida")}
        ko = said["ko"] if said["ko"] in VIEWS else cls.ko
        status = said["status"] if said["status"] in STATUSES else ""
        return cls(ko, said["enhet"][:40], status, said["q"][:LONGEST_TEXT], said["sida"])

    def asked(self) -> dict[str, object]:
        """What notifications is asked for."""
        narrowed = STATUSES.get(self.status, {})
        return {"view": VIEWS[self.ko], "queue": self.enhet, "text": self.q, "after": self.sida, **narrowed}

    def path(self, at: str = INBOX, **other: str) -> str:
        """The address of this choice, or of one that is other in something."""
        chosen = replace(self, **other)
        named = {name: value for name, value in vars(chosen).items() if value and value != vars(Choice())[name]}
        return f"{at}?{urlencode(named)}" if named else at

    @property
    def is_narrowed(self) -> bool:
        return bool(self.q or self.status)

    @property
    def at_its_beginning(self) -> "Choice":
        return replace(self, sida="")

    def case(self, reference: str, *more: str) -> str:
        """A case's page, or what is sent from it: from where one comes to the next in the same list."""
        return self.at_its_beginning.path("/".join((CASE, quote(reference, safe=""), *more)))

    def taken(self, reference: str, step: str) -> str:
        """The case's page, which says that the step is done."""
        return _with(self.case(reference), {"klart": step})

    def done(self, step: str, task: UUID) -> str:
        """Where one is when the step has been done with the task: the list, which says so."""
        return _with(self.path(), {"gjort": step, "uppgift": str(task)})

    def next(self, task: UUID) -> str:
        """What leads on to the case that comes after the task."""
        return _with(self.path(f"{INBOX}/nasta"), {"uppgift": str(task)})

    def stream(self, tasks: Iterable[Task], since: float) -> str:
        """Where changes of the tasks that are shown since then are told of."""
        return _with(
            self.path(f"{INBOX}/strom"), {"rader": ",".join(task.id.hex for task in tasks), "sedan": int(since)}
        )


def _with(path: str, more: dict[str, object]) -> str:
    return f"{path}{'&' if '?' in path else '?'}{urlencode(more)}"


@dataclass(frozen=True)
class TaskRow:
    """A row of the list. What it cannot do now it has no button for."""

    id: UUID
    name: str
    reference: str
    unit: str
    path: str
    tags: Sequence[tuple[str, str]]
    due: str
    is_late: bool
    handler: str
    others: str
    """Who has the case open."""
    because: str
    can_take: bool
    is_mine: bool


@dataclass(frozen=True)
class Rows:
    """Makes rows for somebody, on a day."""

    person: Person
    today: date
    choice: Choice
    units: dict[str, str]
    present: Mapping[str, Names]

    @classmethod
    def for_(cls, page: Page, choice: Choice, units: dict[str, str], present: Mapping[str, Names]) -> "Rows":
        assert page.person is not None
        return cls(page.person, page.today, choice, units, present)

    def of(self, tasks: Iterable[Task]) -> list[TaskRow]:
        return list(map(self.row, tasks))

    def row(self, task: Task) -> TaskRow:
        is_mine = task.status == "claimed" and task.claimed_by == self.person.subject
        return TaskRow(
            id=task.id,
            name=name_of(task),
            reference=task.reference or "",
            unit=self.units.get(task.queue, "") if len(self.units) > 1 else "",
            path=self.choice.case(task.reference) if task.reference else "",
            tags=list(tags_of(task)),
            due=due_in_words(task, self.today),
            is_late=task.due_on is not None and task.due_on < self.today and task.status != "done",
            handler=_("Du") if is_mine else task.claimed_by_name or "",
            others=", ".join(self.present.get(task.reference or "", ())),
            because=task.done_because or "",
            can_take=task.status == "open" and (not task.confidential or self.person.has("unit-head")),
            is_mine=is_mine,
        )


def tidy(said: str) -> str:
    return " ".join("".join(one if one.isprintable() else " " for one in said).split())


def name_of(task: Task) -> str:
    """What the task is called beside its reference."""
    name = task.title.removeprefix(f"{task.reference}: ")
    return name[:1].upper() + name[1:]


def tags_of(task: Task) -> Iterable[tuple[str, str]]:
    if task.status == "done":
        yield _("Klar"), "success"
        return
    if task.urgent:
        yield _("Brådskande"), "danger"
    if task.has_news:
        yield _("Ny händelse"), "warning"
    if task.status == "claimed":
        yield _("Pågår"), "neutral"
    elif not task.has_news:
        yield _("Ny"), "info"


def due_in_words(task: Task, today: date) -> str:
    if task.due_on is None:
        return _("genast") if task.urgent and task.status != "done" else ""
    near = {timedelta(0): _("i dag"), timedelta(1): _("i morgon")}
    return near.get(task.due_on - today) or short_day(task.due_on)


def shown_count(count: Count) -> str:
    return f"{number(count.count)}+" if count.more else number(count.count)


def following(task: Task, tasks: Sequence[Task]) -> Task | None:
    """The next in the list: the one that stands after the task, or else the first."""
    others = [one for one in tasks if one.id != task.id]
    return next((one for one in others if one.place > task.place), others[0] if others else None)


def new_ones(tasks: Sequence[Task], seen: Collection[UUID], since: float, is_whole: bool) -> int:
    """How many of the list one has not seen. What only moves up from the next page is not new."""

    def is_new(task: Task) -> bool:
        changed_at = max(task.created_at, task.claimed_at or task.created_at)
        return task.id not in seen and (is_whole or changed_at.timestamp() >= since)

    return sum(map(is_new, tasks))
