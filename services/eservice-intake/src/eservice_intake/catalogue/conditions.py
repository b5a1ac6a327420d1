"""Whether answers meet conditions such as `{heat_source: [ytjord, sjo]}` or `{treatment.type: infiltration}`."""

from collections.abc import Container, Mapping

from eservice_intake.catalogue.definitions import Comparison, Conditions, Scalar

Expected = Scalar | list[Scalar] | Comparison


def holds(conditions: Conditions, answers: Mapping[str, object], doubtful: Container[str] = ()) -> bool | None:
    """Whether all of them hold. None when that hangs on an answer that is missing or wrong itself."""
    results = [_holds(path, expected, answers, doubtful) for path, expected in conditions.items()]
    if False in results:
        return False
    return None if None in results else True


def _holds(path: str, expected: Expected, answers: Mapping[str, object], doubtful: Container[str]) -> bool | None:
    name, _, sub = path.partition(".")
    if name in doubtful or path in doubtful:
        return None
    answer = answers.get(name)
    if sub:
        rows = answer if isinstance(answer, list) else []
        return any(_meets(row.get(sub), expected) for row in rows if isinstance(row, dict))
    if isinstance(answer, list):
        return any(_meets(chosen, expected) for chosen in answer)
    return _meets(answer, expected)


def _meets(answer: object, expected: Expected) -> bool:
    if isinstance(expected, Comparison):
        return _compares(answer, expected)
    wanted = expected if isinstance(expected, list) else [expected]
    return any(answer == value and isinstance(answer, bool) == isinstance(value, bool) for value in wanted)


def _compares(answer: object, limits: Comparison) -> bool:
    if isinstance(answer, bool) or not isinstance(answer, int | float):
        return False
    return (
        (limits.lt is None or answer < limits.lt)
        and (limits.le is None or answer <= limits.le)
        and (limits.gt is None or answer > limits.gt)
        and (limits.ge is None or answer >= limits.ge)
    )
