"""Every page in every state it can be in. A family of pages has a module in `pages` with its `ROWS`.

The rows are rendered, looked at in a browser, held to the budgets and photographed.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field

from tests.system import System

from .pages import (
    definitions,
    errors,
    eservices,
    events,
    houses,
    inbox,
    information,
    jobs,
    open_data,
    own_cases,
    own_settings,
    participants,
    permit_guide,
    review,
    set_aside,
    signing_in,
    staff_cases,
    statistics,
    survey,
    times,
)
from .visitors import Visitor


@dataclass
class Scene:
    """The running system, for rows that need something there: a house, a case in a state."""

    system: System
    portal: str
    portal_in_trouble: str
    arranged: dict[str, str] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)
    """The paths of links in mails, by the rows that are looked at by who has opened them."""

    def portal_of(self, row: "Row") -> str:
        """The address of the portal that has the row's page."""
        return self.portal_in_trouble if row.in_trouble else self.portal

    async def path(self, row: "Row") -> str:
        """Where the row's page is; what it needs is arranged the first time, or each time if it passes."""
        if isinstance(row.at, str):
            return row.at
        if row.passes or row.name not in self.arranged:
            self.arranged[row.name] = await row.at(self)
        return self.arranged[row.name]

    async def visitor(self, row: "Row") -> Visitor:
        """Somebody new, who has signed in if the row says so, or opened the link that it has."""
        visitor = Visitor(self.portal_of(row))
        if row.who:
            await visitor.sign_in(row.who)
        await self.path(row)
        if row.name in self.links:
            await visitor.get(self.links[row.name])
        return visitor


@dataclass(frozen=True)
class Row:
    """A page in a state: `at` is its path, or arranges what it needs and gives its path."""

    name: str
    at: str | Callable[[Scene], Awaitable[str]]
    who: str | None = None
    """Who looks: somebody of the local issuer's."""
    status: int = 200
    form: Mapping[str, str] | None = None
    """What is sent to it; the page is the answer."""
    in_trouble: bool = False
    """Whether the portal's services answer as the address says."""
    passes: bool = False
    """Whether the state is over when that of another row begins."""


FAMILIES = (
    information,
    errors,
    signing_in,
    own_settings,
    statistics,
    staff_cases,
    eservices,
    times,
    houses,
    jobs,
    open_data,
    events,
    own_cases,
    review,
    set_aside,
    definitions,
    participants,
    inbox,
    permit_guide,
    survey,
)
ROWS: Sequence[Row] = [Row(**row) for family in FAMILIES for row in family.ROWS]
LANGUAGES = ("sv", "en", "ar", "xx")


def prefixed(path: str, language: str) -> str:
    return path if language == "sv" else f"/{language}{path}"
