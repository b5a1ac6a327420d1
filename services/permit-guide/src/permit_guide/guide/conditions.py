"""Whether answers meet conditions such as `{premises: [ny_byggnad, hemma]}` or `{refrigerant_co2e: {gte: 14}}`."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Annotated, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, PlainSerializer


class Unsure:
    """An answer: whoever is asked does not know."""


Answer = bool | Decimal | str | tuple[str, ...] | Unsure
Answers = Mapping[str, Answer]
ANY = "*"
"""Expected of a question: that it is answered."""
T = TypeVar("T")


class Strict(BaseModel):
    """A file with anything else in it is broken."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


Number = Annotated[
    Decimal,
    BeforeValidator(lambda one: Decimal(str(one)) if isinstance(one, int | float) else one),
    PlainSerializer(float, when_used="json"),
]


class Limits(Strict):
    """What a number must be: each limit that is set."""

    lt: Number | None = None
    lte: Number | None = None
    gt: Number | None = None
    gte: Number | None = None

    def allow(self, number: Decimal) -> bool:
        return (
            (self.lt is None or number < self.lt)
            and (self.lte is None or number <= self.lte)
            and (self.gt is None or number > self.gt)
            and (self.gte is None or number >= self.gte)
        )


Expected = bool | str | list[str] | Limits
Conditions = dict[str, Expected]
"""Question to what its answer must be: a value, any of several, or within limits. All must hold."""


class DoesNotSuit(Exception):
    """A condition and the answer to its question are of different types."""


def all_of(results: Iterable[bool | None]) -> bool | None:
    """Whether all hold. None when that hangs on an answer that nobody has given."""
    found = list(results)
    if False in found:
        return False
    return None if None in found else True


def holds(expected: Expected, answer: Answer | None) -> bool | None:
    """Whether the answer is as expected. None when there is none. Raises DoesNotSuit."""
    if answer is None or isinstance(answer, Unsure):
        return None
    if expected == ANY:
        return True
    if isinstance(expected, Limits):
        return expected.allow(_as(Decimal, answer))
    if isinstance(expected, bool):
        return _as(bool, answer) is expected
    chosen = answer if isinstance(answer, tuple) else (_as(str, answer),)
    wanted = expected if isinstance(expected, list) else [expected]
    return any(one in wanted for one in chosen)


def _as(kind: type[T], answer: Answer) -> T:
    if not isinstance(answer, kind):
        raise DoesNotSuit
    return answer
