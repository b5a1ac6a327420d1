"""What the pages that every family has show."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

Facts = Sequence[tuple[Markup, Markup, None]]
"""Names and values for `ui.summary`, which are changed nowhere."""


def known(facts: Iterable[tuple[Markup, Markup | None]]) -> Facts:
    """Those that have a value: what is not known is left out."""
    return [(name, value, None) for name, value in facts if value]


@dataclass(frozen=True)
class Happening:
    """A line of a timeline."""

    title: Markup
    when: str
    more: Markup | None = None


@dataclass(frozen=True)
class AgainView:
    """What was typed, to be sent again as it was, where it was sent.

    `first` is where one signs in again or opens what was closed, `wait` how many seconds one waits before that.
    """

    address: str
    typed: Sequence[tuple[str, str]]
    has_files: bool
    first: str = ""
    wait: int = 0

    @property
    def texts(self) -> list[str]:
        """What somebody wrote in words, to be read and copied."""
        return [text for _, text in self.typed if len(text.split()) > 1]


@dataclass(frozen=True)
class ErrorView:
    """What went wrong: by its status, and in the words of the service that said no; and how many seconds to wait."""

    status: int
    detail: str = ""
    code: str = ""
    wait: int = 0
    again: AgainView | None = None
    """What was typed, if something was."""
