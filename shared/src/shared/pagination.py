"""Lists in pages, by key and never by offset: a page far on costs what the first does, and no thing is shown twice."""

import base64
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from itertools import groupby
from typing import Annotated, Any, Generic, TypeVar

import sqlalchemy as sa
from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter
from pydantic_core import PydanticKnownError, from_json, to_json
from sqlalchemy.orm import aliased
from sqlalchemy.sql.operators import desc_op
from sqlmodel import SQLModel, select
from sqlmodel.sql.expression import SelectOfScalar

from shared.database import Session
from shared.errors import Invalid, Text, Violation

Thing = TypeVar("Thing", bound=SQLModel)
Item = TypeVar("Item")
Order = sa.UnaryExpression[Any]
"""A column with its direction: `col(House.id).desc()`."""

Time = Annotated[AwareDatetime, AfterValidator(lambda at: at.astimezone(UTC))]
NOT_A_CURSOR = Violation(
    "after",
    "cursor",
    Text(sv="Ange `next` från sidan före, oförändrat.", en="Give `next` of the page before, as it was."),
)


def digits(value: Any) -> Any:
    """A number in a query has digits only, as OpenAPI says: not `1_0`, ` 1` or `1.0`."""
    if isinstance(value, str) and not (value.isascii() and value.isdigit()):
        raise PydanticKnownError("int_parsing")
    return value


class Page(BaseModel, Generic[Item]):
    """One page of a list."""

    items: list[Item]
    next: str | None = Field(
        description="Where the next page begins: send it as `after`. `null` on the last page.", examples=[None]
    )


class Paging(BaseModel):
    """Which page is wanted. Inherit from it to add filters; a filter that does not exist is refused."""

    model_config = ConfigDict(extra="forbid")

    limit: Annotated[int, BeforeValidator(digits)] = Field(
        20, ge=1, le=100, description="The longest page to answer with."
    )
    after: str | None = Field(None, max_length=500, description="`next` of the page before.")


async def page_of(
    reading: Session,
    query: SelectOfScalar[Thing],
    wanted: Paging,
    order: Sequence[Order],
    show: Callable[[Thing], Item],
    parts: Sequence[sa.ColumnElement[bool]] | None = None,
) -> Page[Item]:
    """The wanted page of what the query finds. The order must end with something unique, such as the id.

    With parts, which exclude each other, only what is in one of them: an index has the order of each, and of all of
    them together none.
    """
    if wanted.after is not None:
        query = query.where(_beyond(order, _read(wanted.after, order)))
    rows = (await reading.exec(_first_of(query, order, wanted.limit + 1, parts))).all()
    shown = rows[: wanted.limit]
    return Page(items=[show(row) for row in shown], next=_cursor(shown[-1], order) if len(rows) > len(shown) else None)


def _first_of(
    query: SelectOfScalar[Thing], order: Sequence[Order], limit: int, parts: Sequence[sa.ColumnElement[bool]] | None
) -> SelectOfScalar[Thing]:
    """So many of the query, in order: of several parts as many of each, merged."""
    if parts is None or len(parts) < 2:
        within = [] if parts is None else [sa.or_(sa.false(), *parts)]
        return query.where(*within).order_by(*order).limit(limit)
    each = [query.where(part).order_by(*order).limit(limit).subquery() for part in parts]
    merged = sa.union_all(*map(sa.select, each)).subquery()
    thing = aliased(query.column_descriptions[0]["entity"], merged)
    columns = (getattr(thing, str(one.element.key)) for one in order)
    again = [col.desc() if _is_descending(one) else col.asc() for col, one in zip(columns, order, strict=True)]
    return select(thing).order_by(*again).limit(limit)


def _beyond(order: Sequence[Order], values: Sequence[Any]) -> sa.ColumnElement[bool]:
    """What comes after the values. Columns of one direction are compared as one row, which an index can answer."""
    runs = [list(run) for _, run in groupby(zip(order, values, strict=True), key=lambda pair: _is_descending(pair[0]))]
    found: sa.ColumnElement[bool] = sa.false()
    for run in reversed(runs):
        row = sa.tuple_(*(one.element for one, _ in run))
        value = sa.tuple_(*(sa.literal(value, one.element.type) for one, value in run))
        descending = _is_descending(run[0][0])
        beyond = row < value if descending else row > value
        last = run is runs[-1]
        found = beyond if last else sa.and_(row <= value if descending else row >= value, beyond | found)
    return found


def _is_descending(order: Order) -> bool:
    return order.modifier is desc_op


def _cursor(row: SQLModel, order: Sequence[Order]) -> str:
    return base64.urlsafe_b64encode(to_json([getattr(row, str(one.element.key)) for one in order])).decode()


def _read(cursor: str, order: Sequence[Order]) -> Sequence[Any]:
    kinds = [one.element.type.python_type for one in order]
    try:
        values = from_json(base64.urlsafe_b64decode(cursor))
        if not isinstance(values, list):
            raise ValueError
        return [_adapter(kind).validate_python(value) for kind, value in zip(kinds, values, strict=True)]
    except (ValueError, OverflowError):
        raise Invalid(NOT_A_CURSOR) from None


def _adapter(kind: type[Any]) -> TypeAdapter[Any]:
    return TypeAdapter(Time if kind is datetime else kind)
