"""Somebody who has only what is published, and a solver: how closely can each hidden figure be told?"""

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping

import numpy as np
from scipy.optimize import linprog

from eservice_intake.surveys.results import Lists
from shared.events.surveys import SectorFigures, SurveyFigures

Figure = tuple[str, ...]
"""Such as ("needed_now", "it", "2512"), or ("companies",) of all."""
Row = Mapping[Figure, int]
AMOUNTS = ("needed_now", "needed_within_12_months")


class Attacker:
    """Knows how figures add up, and that none is negative."""

    def __init__(self, published: SurveyFigures, lists: Lists) -> None:
        self.figures = list(_all_figures(lists))
        self.shown = dict(_shown(published))
        self._sums, self._limits = self._matrix(list(_sums(lists))), self._matrix(list(_limits(lists)))

    @property
    def hidden(self) -> list[Figure]:
        return [figure for figure in self.figures if figure not in self.shown]

    def width(self, figure: Figure) -> float:
        """Between the least and the most that a hidden figure can be."""
        least, most = self._bound(figure, 1), self._bound(figure, -1)
        return math.inf if most is None else math.floor(most + 1e-6) - math.ceil((least or 0) - 1e-6)

    def _bound(self, figure: Figure, sign: int) -> float | None:
        """None when there is no bound."""
        cost = np.zeros(len(self.figures))
        cost[self.figures.index(figure)] = sign
        bounds = [(self.shown[one],) * 2 if one in self.shown else (0, None) for one in self.figures]
        found = linprog(
            cost,
            A_ub=self._limits,
            b_ub=np.zeros(len(self._limits)),
            A_eq=self._sums,
            b_eq=np.zeros(len(self._sums)),
            bounds=bounds,
        )
        assert found.status in (0, 3), found.message
        return None if found.status == 3 else sign * found.fun

    def _matrix(self, rows: list[Row]) -> np.ndarray:
        matrix = np.zeros((len(rows), len(self.figures)))
        for at, row in enumerate(rows):
            for figure, factor in row.items():
                matrix[at, self.figures.index(figure)] = factor
        return matrix


def _all_figures(lists: Lists) -> Iterator[Figure]:
    for what in ("companies", *AMOUNTS):
        yield (what,)
    for sector in lists.sectors:
        yield from ((what, sector) for what in ("companies", "hard_to_recruit", *AMOUNTS))
        yield from ((what, sector, occupation) for what in AMOUNTS for occupation in lists.occupations)
        yield from (("reasons", sector, reason) for reason in lists.reasons)


def _shown(published: SurveyFigures) -> Iterator[tuple[Figure, int]]:
    for what in ("companies", *AMOUNTS):
        if (value := getattr(published, what)) is not None:
            yield (what,), value
    for sector in published.sectors:
        yield from ((figure, value) for figure, value in _of_sector(sector).items() if value is not None)


def _of_sector(sector: SectorFigures) -> dict[Figure, int | None]:
    found: dict[Figure, int | None] = {}
    for what in ("companies", "hard_to_recruit", *AMOUNTS):
        found[what, sector.sector] = getattr(sector, what)
    for one in sector.occupations:
        found |= {(what, sector.sector, one.occupation): getattr(one, what) for what in AMOUNTS}
    for reason in sector.reasons:
        found["reasons", sector.sector, reason.reason] = reason.companies
    return found


def _sums(lists: Lists) -> Iterator[Row]:
    for what in ("companies", *AMOUNTS):
        yield {(what,): -1, **{(what, sector): 1 for sector in lists.sectors}}
    for what in AMOUNTS:
        for sector in lists.sectors:
            yield {(what, sector): -1, **{(what, sector, occupation): 1 for occupation in lists.occupations}}


def _limits(lists: Lists) -> Iterator[Row]:
    """Who finds it hard has answered, and has a reason; who has a reason finds it hard."""
    for sector in lists.sectors:
        yield {("hard_to_recruit", sector): 1, ("companies", sector): -1}
        reasons = [("reasons", sector, reason) for reason in lists.reasons]
        yield from ({reason: 1, ("hard_to_recruit", sector): -1} for reason in reasons)
        row: dict[Figure, int] = defaultdict(int, {("hard_to_recruit", sector): 1})
        yield row | dict.fromkeys(reasons, -1)
