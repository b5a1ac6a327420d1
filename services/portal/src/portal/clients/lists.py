"""Lists, as every service answers them: some of what there is, and where the rest goes on."""

from typing import Generic, TypeVar

from portal.clients.base import Read

T = TypeVar("T")


class Listed(Read, Generic[T]):
    """`next` is sent as `after`, as it was; None ends the list."""

    items: list[T]
    next: str | None = None
