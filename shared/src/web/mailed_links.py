"""What the link in a mail opens: the caller shows the link's secret in a header, where no log of addresses has it."""

from typing import Annotated, TypeVar
from uuid import UUID

from fastapi import Header

from shared.database import Session
from shared.errors import NotFound
from shared.mailed_links import OpenedByLink

Secret = Annotated[str, Header(alias="X-Application-Secret", description="The secret that was told with it.")]
Opened = TypeVar("Opened", bound=OpenedByLink)


async def opened_by_link(tx: Session, kind: type[Opened], id_: UUID, secret: str, unknown: type[NotFound]) -> Opened:
    """The row. Raises `unknown` when it is not there, and when the secret is not one of its links'."""
    row = await tx.get(kind, id_)
    if row is None or not row.opens_with_link(secret):
        raise unknown
    return row
