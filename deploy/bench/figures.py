"""What was measured, beside what the same machine could do at the same time, as a table and as JSON."""

import json
import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

from rich.console import Console
from rich.table import Table

MOST_OTHERS_PERCENT = 10


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
    beside: str = ""
    """A raw limit, or another system that does the same, measured in the same rounds."""
    beside_runs: Sequence[float] = ()
    at_most: float | None = None
    ratio_at_least: float | None = None
    ratio_at_most: float | None = None
    parts: Mapping[str, float] = field(default_factory=dict)
    others_percent: float = 0
    """How much of the machine other work used just before."""

    @property
    def value(self) -> float:
        return median(self.runs)

    @property
    def beside_value(self) -> float | None:
        return median(self.beside_runs) if self.beside_runs else None

    @property
    def ratio(self) -> float | None:
        return self.value / self.beside_value if self.beside_value else None

    @property
    def goals(self) -> list[Goal]:
        goals = []
        if self.ratio_at_least is not None:
            goals.append(Goal(f"ratio ≥ {self.ratio_at_least:g}", (self.ratio or 0) >= self.ratio_at_least))
        if self.ratio_at_most is not None:
            goals.append(Goal(f"ratio ≤ {self.ratio_at_most:g}", (self.ratio or 0) <= self.ratio_at_most))
        if self.at_most is not None:
            goals.append(Goal(f"≤ {self.at_most:g} {self.unit}", self.value <= self.at_most))
        return goals


def quantile(values: Sequence[float], share: float) -> float:
    """The value that a share of the values does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def show(console: Console, figures: Sequence[Figure]) -> None:
    table = Table("", "unit")
    for title in ("reached", "beside", "ratio"):
        table.add_column(title, justify="right")
    for title in ("it is beside", "goal", ""):
        table.add_column(title)
    for figure in figures:
        beside = "" if figure.beside_value is None else _number(figure.beside_value)
        ratio = "" if figure.ratio is None else f"{figure.ratio:.2f}"
        goals = "\n".join(goal.text for goal in figure.goals)
        met = "\n".join("✔" if goal.met else "✘" for goal in figure.goals)
        table.add_row(figure.name, figure.unit, _number(figure.value), beside, ratio, figure.beside, goals, met)
    console.print(table)
    for figure in figures:
        if figure.parts:
            parts = ", ".join(f"{name} {_number(value)}" for name, value in figure.parts.items())
            console.print(f"{figure.name}: {parts}")
    console.print("\n".join(_missed(figures)) or "Every goal is met.")
    others = max(figure.others_percent for figure in figures)
    if others > MOST_OTHERS_PERCENT:
        console.print(f"Other work used up to {others:.0f} % of the machine: measure again when it is quiet.")


def _missed(figures: Sequence[Figure]) -> list[str]:
    return [
        f"Missed: {figure.name}, {goal.text}. It is {_number(figure.value)} {figure.unit}"
        + (f", a ratio of {figure.ratio:.2f}." if figure.ratio is not None else ".")
        for figure in figures
        for goal in figure.goals
        if not goal.met
    ]


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}"


def save(folder: Path, about: Mapping[str, Any], figures: Sequence[Figure]) -> Path:
    """Keep the figures, and what they were measured on."""
    at = datetime.now(UTC)
    results = {
        "at": at.isoformat(timespec="seconds"),
        **about,
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "figures": [_as_json(figure) for figure in figures],
    }
    path = folder / f"{at:%Y-%m-%dT%H%M%SZ}.json"
    path.write_text(json.dumps(results, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return path


def _as_json(figure: Figure) -> dict[str, Any]:
    derived = {"value": figure.value, "beside_value": figure.beside_value, "ratio": figure.ratio}
    return {**asdict(figure), **derived, "goals": [asdict(goal) for goal in figure.goals]}
