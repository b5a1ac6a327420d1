"""What a page of the inbox is told while it is open: rows that changed, and how many are new."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from portal import sse
from portal.clients.base import Away, Refused
from portal.clients.notifications import Notifications, Task
from portal.pages import Page, is_signed_in
from portal.presence import Names
from portal.staff.inbox_list import Found, News, beside_of, listed_by, present_at
from portal.staff.tasks import Choice, new_ones

LOOKED_EVERY_SECONDS = 3


class Live:
    """The rows that a page shows, and what it has been told of them."""

    def __init__(self, page: Page, choice: Choice, shown: Sequence[UUID], since: float) -> None:
        self._page = page
        self._choice = choice
        self._shown = shown
        self._since = since
        self._seen: tuple[list[Task], Mapping[str, Names]] | None = None
        self._sent: dict[str, str] = {}

    async def versions(self) -> sse.Versions:
        """What has changed, whenever something has: until the person signs out, or may see it no more."""
        number, changes = 0, self._page.request.app.state.changes
        told = True
        while await is_signed_in(self._page):
            change = changes.upcoming()
            try:
                fragments = await self._fragments(told)
            except Away:
                fragments = []
            except Refused:
                return
            if fragments:
                number += 1
                yield str(number), fragments
            told = await sse.happened(change, LOOKED_EVERY_SECONDS)

    async def _fragments(self, told: bool) -> list[str]:
        """Those that the page does not have yet."""
        listed = await listed_by(self._page, self._choice)
        there = {task.id for task in listed.items}
        gone = [one for one in self._shown if one not in there]
        tasks = [*listed.items, *(await self._page.ask(Notifications).tasks_with(gone) if gone else [])]
        present = await present_at(self._page, tasks)
        seen = tasks, present
        if seen == self._seen and not told:
            return []
        self._seen = seen
        beside = await beside_of(self._page, self._choice)
        found = Found(self._page, self._choice, listed.items, listed.next, *beside, present)
        now = self._as_html(found, [task for task in tasks if task.id in self._shown])
        changed = {target: html for target, html in now.items() if self._sent.get(target) != html}
        self._sent |= changed
        return [sse.partial(target, html) for target, html in changed.items()]

    def _as_html(self, found: Found, tasks: Sequence[Task]) -> dict[str, str]:
        is_first_page = not self._choice.sida
        count = new_ones(found.tasks, self._shown, self._since, found.next is None) if is_first_page else 0
        news = News(count, self._choice.path())
        show = self._page.fragment
        return {
            "direkt": show("staff/inbox_live.html"),
            "nya": show("staff/inbox_news.html", news),
            "koer": show("staff/inbox_sides.html", found.sides()),
            **{f"rad-{row.id}": show("staff/inbox_row.html", row) for row in found.rows.of(tasks)},
        }
