"""Whether answers meet conditions such as `{premises: [ny_byggnad, hemma]}` or `{refrigerant_co2e: {gte: 14}}`."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict

Answer = bool | Decimal | str | tuple[str, ...]
T = TypeVar("T")
Answers = Mapping[str, Answer]


class Strict(BaseModel):
    """A file with anything else in it is broken."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


Number = Annotated[Decimal, BeforeValidator(lambda one: Decimal(str(one)) if isinstance(one, int | float) else one)]


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
    """A condition and an answer are of different types: the rule and the question disagree."""


def met(conditions: Conditions, answers: Answers) -> bool | None:
    """Whether all hold. None when that hangs on what is not answered. Raises DoesNotSuit."""
    results = [_holds(expected, answers.get(name)) for name, expected in conditions.items()]
    if False in results:
        return False
    return None if None in results else True


def _holds(expected: Expected, answer: Answer | None) -> bool | None:
    if answer is None:
        return None
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
