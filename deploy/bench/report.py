"""The figures as a table and as JSON."""

import json
import os
import platform
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from deploy.bench.figures import Figure
from deploy.bench.place import FILES, Place

MOST_OTHERS_PERCENT = 10


def surroundings(place: Place) -> str:
    return f"broker: {place.broker}; database: {place.database}; {os.cpu_count()} cores"


def show(console: Console, figures: Sequence[Figure]) -> None:
    table = Table("", "unit")
    for title in ("reached", "raw limit", "ratio"):
        table.add_column(title, justify="right")
    for title in ("the raw limit is", "goal", ""):
        table.add_column(title)
    for figure in figures:
        raw = "" if figure.raw_value is None else _number(figure.raw_value)
        ratio = "" if figure.ratio is None else f"{figure.ratio:.2f}"
        goals = "\n".join(goal.text for goal in figure.goals)
        holds = "\n".join("✔" if goal.met else "✘" for goal in figure.goals)
        table.add_row(figure.name, figure.unit, _number(figure.value), raw, ratio, figure.raw, goals, holds)
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
        f"Missed: {figure.name} {goal.text}. It is {_number(figure.value)} {figure.unit}"
        + (f", {figure.ratio:.2f} of raw." if figure.ratio is not None else ".")
        for figure in figures
        for goal in figure.goals
        if not goal.met
    ]


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}"


def save(place: Place, figures: Sequence[Figure]) -> Path:
    at = datetime.now(UTC)
    results = {
        "at": at.isoformat(timespec="seconds"),
        "broker": place.broker,
        "database": place.database,
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "figures": [_as_json(figure) for figure in figures],
    }
    path = FILES / f"{at:%Y-%m-%dT%H%M%SZ}.json"
    path.write_text(json.dumps(results, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return path


def _as_json(figure: Figure) -> dict[str, Any]:
    derived = {"value": figure.value, "raw_value": figure.raw_value, "ratio": figure.ratio}
    return {**asdict(figure), **derived, "goals": [asdict(goal) for goal in figure.goals]}
