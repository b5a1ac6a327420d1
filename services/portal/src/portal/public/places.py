"""Where a page of a form is among the others, what it shows, and what becomes of what it says."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any

from fastapi import Depends

from portal.clients.base import Refused
from portal.forms.definition import Field, Step
from portal.forms.errors import Mistake, Violation
from portal.forms.parse import Typed
from portal.forms.widgets import Widget, page_of
from portal.public.fetching import Fetched, asking
from portal.public.filling import Filling, FillingIn
from portal.public.turns import Turn, Wish

CHECK, SAVED = "kontrollera", "sparat"
CHANGING = "?andra=1"
"""Behind the address of a page that one came to from the last: one goes back there."""


@dataclass(frozen=True)
class Place:
    """A page of a form. `is_changing` when one came from the last page, to change an answer."""

    filling: Filling
    step: Step
    is_changing: bool

    @property
    def ending(self) -> str:
        return CHANGING if self.is_changing else ""

    @property
    def address(self) -> str:
        return f"{self.filling.base}/{self.step.path}{self.ending}"

    @property
    def number(self) -> int:
        steps = self.filling.steps
        return steps.index(self.step) + 1 if self.step in steps else 1

    @property
    def of(self) -> int:
        """How many there are. The last page, on which all is checked, is one too."""
        return len(self.filling.steps) + 1

    @property
    def before(self) -> str:
        """The address of the page one comes from."""
        if self.is_changing:
            return f"{self.filling.base}/{CHECK}"
        if self.number == 1:
            return f"/e-tjanster/{self.filling.definition.id}"
        return f"{self.filling.base}/{self.filling.steps[self.number - 2].path}"

    @property
    def after(self) -> str:
        """The address of the page that follows, as the answers say."""
        every = self.filling.definition.steps
        later = every[every.index(self.step) + 1 :]
        following = [step.path for step in self.filling.steps if step in later]
        return f"{self.filling.base}/{CHECK if self.is_changing or not following else following[0]}"

    def next(self, wish: Wish) -> str:
        if wish is Wish.SAVE:
            return f"{self.filling.base}/{SAVED}"
        return self.address if wish is Wish.STAY else self.after


async def _place(filling: FillingIn, steg: str, andra: int = 0) -> Place:
    return Place(filling, filling.step(steg), bool(andra))


async def _place_of_file(filling: FillingIn, falt: str, andra: int = 0) -> Place:
    return Place(filling, filling.step(f"bilagor/{falt}"), bool(andra))


At = Annotated[Place, Depends(_place)]
AtFile = Annotated[Place, Depends(_place_of_file)]


@dataclass(frozen=True)
class PageView:
    """A page of a form, as it is shown."""

    service: str
    title: str
    number: int
    of: int
    action: str
    back: str
    widgets: Sequence[Widget]
    mistakes: Sequence[Mistake]
    asks_for_file: bool
    has_proved_identity: bool
    fetched: Fetched | None = None


def view_of(
    place: Place,
    fields: Sequence[Field],
    typed: Typed,
    found: Sequence[Mistake],
    answers: Mapping[str, Any] | None = None,
) -> PageView:
    """The page with those questions. `answers` are a row's, on its page."""
    filling = place.filling
    files = filling.files_of(fields, filling.answers if answers is None else answers)
    asked_with = [*asking(fields)] if place.step.kind == "fields" else ()
    return PageView(
        service=filling.definition.title,
        title=place.step.title,
        number=place.number,
        of=place.of,
        action=place.address,
        back=place.before,
        widgets=[replace(one, fetches=one.name in asked_with) for one in page_of(fields, typed, found, files)],
        mistakes=found,
        asks_for_file=place.step.kind == "files",
        has_proved_identity=filling.page.person is not None and any(one.prefill == "identity_name" for one in fields),
    )


async def kept(filling: Filling, turn: Turn) -> tuple[Filling, list[Violation]]:
    """Save what a page says, and tell what keeps one from going on. Only a page that is shown again needs its files."""
    if turn.is_protected:
        return filling, [*turn.violations]
    try:
        saved = await filling.save(turn.answers)
    except Refused as error:
        if error.status != 422:
            raise
        return filling, [*turn.violations, *refused_of(error)]
    named = {wrong.field for wrong in turn.violations}
    later = [wrong for wrong in saved.violations if wrong.field not in named] if turn.wish is Wish.GO_ON else []
    found = [*turn.violations, *later]
    return (await saved.known_again() if turn.has_new_files and found else saved), found


def refused_of(error: Refused) -> Iterable[Violation]:
    return (Violation(path, error.codes[path], message) for path, message in error.fields.items())
