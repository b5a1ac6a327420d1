"""What narrows a list down: it stands in the address, so that it can be kept and sent to somebody."""

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from portal.i18n import plain

Options = Sequence[tuple[str, str, bool]]
"""Value, text, and whether it is chosen."""


def chosen(value: str, labels: Mapping[str, str]) -> str:
    """The value, if it is one that there is."""
    return value if value in labels else ""


def choices(value: str, labels: Mapping[str, str]) -> Options:
    return [(one, plain(label), one == value) for one, label in labels.items()]


def address(path: str, **parameters: str | None) -> str:
    """The path with what is chosen."""
    given = {name: value for name, value in parameters.items() if value}
    return f"{path}?{urlencode(given)}" if given else path
