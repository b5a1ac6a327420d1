"""What was measured, beside the raw limit of the same machine at the same time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median


@dataclass(frozen=True)
class Goal:
    text: str
    met: bool


@dataclass(frozen=True)
class Figure:
    """The median of some runs. A raw limit does as little as can be done and keeps nothing we promise."""

    name: str
    unit: str
    runs: Sequence[float]
    raw: str = ""
    raw_runs: Sequence[float] = ()
    at_least: float | None = None
    at_most: float | None = None
    raw_share: float | None = None
    parts: Mapping[str, float] = field(default_factory=dict)
    others_percent: float = 0
    """How much of the machine other work used just before."""

    @property
    def value(self) -> float:
        return median(self.runs)

    @property
    def raw_value(self) -> float | None:
        return median(self.raw_runs) if self.raw_runs else None

    @property
    def ratio(self) -> float | None:
        return self.value / self.raw_value if self.raw_value else None

    @property
    def goals(self) -> list[Goal]:
        goals = []
        if self.raw_share is not None:
            goals.append(Goal(f"≥ {self.raw_share:g} of raw", (self.ratio or 0) >= self.raw_share))
        if self.at_least is not None:
            goals.append(Goal(f"≥ {self.at_least:,.0f}", self.value >= self.at_least))
        if self.at_most is not None:
            goals.append(Goal(f"≤ {self.at_most:,.0f}", self.value <= self.at_most))
        return goals


def quantile(values: Sequence[float], share: float) -> float:
    """The value that a share of the values does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
