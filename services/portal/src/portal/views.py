"""What the pages that every family has show."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class ErrorView:
    """What went wrong: by its status, and in the words of the service that said no."""

    status: int
    detail: str = ""
    code: str = ""


@dataclass(frozen=True)
class AgainView:
    """What was typed, to be sent again as it was."""

    path: str
    typed: Sequence[tuple[str, str]]
    has_files: bool
    sign_in: str = ""
