"""Plots as drawings: lines over time and bars. Each has a sentence and a table that say the same."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count

from portal.templating import number

WIDTH, HEIGHT = 600, 270
LEFT, RIGHT, TOP, BOTTOM = 36, 104, 16, 30
BAR, LABEL, LETTER, LONGEST_LABEL = 30, 150, 7, 32
MOST_LABELS = 7
STEPS = (1, 2, 5)


@dataclass(frozen=True)
class Series:
    """One line: its name and a value for each label."""

    name: str
    values: Sequence[float]


@dataclass(frozen=True)
class Line:
    name: str
    points: str
    y: int


@dataclass(frozen=True)
class Tick:
    at: int
    text: str


@dataclass(frozen=True)
class LineChart:
    """As `ui/chart.html` draws it."""

    id: str
    title: str
    sentence: str
    width: int
    height: int
    right: int
    across: Sequence[Tick]
    up: Sequence[Tick]
    lines: Sequence[Line]
    head: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True)
class Bar:
    name: str
    text: str
    y: int
    length: int


@dataclass(frozen=True)
class BarChart:
    id: str
    title: str
    sentence: str
    width: int
    height: int
    left: int
    bars: Sequence[Bar]
    head: Sequence[str]
    rows: Sequence[Sequence[str]]


def line_chart(
    name: str, title: str, sentence: str, over: str, labels: Sequence[str], series: Sequence[Series]
) -> LineChart:
    """Lines over the labels; `over` is what the labels are: "Vecka"."""
    top = _round_up(max((value for one in series for value in one.values), default=0))
    right = WIDTH - RIGHT
    xs = [LEFT + round((right - LEFT) * at / max(1, len(labels) - 1)) for at in range(len(labels))]
    every = -(-len(labels) // MOST_LABELS)
    return LineChart(
        name,
        title,
        sentence,
        WIDTH,
        HEIGHT,
        right,
        [Tick(x, label) for at, (x, label) in enumerate(zip(xs, labels, strict=True)) if at % every == 0],
        [Tick(_height(top * part / 4, top), number(top * part / 4)) for part in range(5)],
        _lines(series, xs, top),
        [over, *(one.name for one in series)],
        [[label, *(number(one.values[at]) for one in series)] for at, label in enumerate(labels)],
    )


def bar_chart(
    name: str, title: str, sentence: str, head: tuple[str, str], values: Sequence[tuple[str, float]]
) -> BarChart:
    """A bar for each name, as long as its value; `head` is what names and values are: ("E-tjänst", "Dagar")."""
    longest = max((value for _, value in values), default=0) or 1
    shown = [_shortened(what) for what, _ in values]
    left = max([LABEL, *(len(what) * LETTER + 8 for what in shown)])
    room = WIDTH - left - 60
    bars = [
        Bar(shown[at], number(value), at * BAR, max(1, round(room * value / longest)))
        for at, (_, value) in enumerate(values)
    ]
    rows = [[what, number(value)] for what, value in values]
    return BarChart(name, title, sentence, WIDTH, len(values) * BAR + 6, left, bars, head, rows)


def _shortened(text: str) -> str:
    """As long as there is room for; the table has it whole."""
    return text if len(text) <= LONGEST_LABEL else f"{text[: LONGEST_LABEL - 1].rstrip()}…"


def _lines(series: Sequence[Series], xs: Sequence[int], top: float) -> list[Line]:
    """Names stand at the ends of their lines, and never on each other nor on what the line below says."""
    ends = sorted(((_height(one.values[-1], top), at) for at, one in enumerate(series) if one.values), reverse=True)
    names: dict[int, int] = {}
    free_to = HEIGHT - BOTTOM
    for y, at in ends:
        names[at] = min(y, free_to)
        free_to = names[at] - 16
    return [
        Line(
            one.name,
            " ".join(f"{x},{_height(value, top)}" for x, value in zip(xs, one.values, strict=True)),
            names.get(at, TOP),
        )
        for at, one in enumerate(series)
    ]


def _height(value: float, top: float) -> int:
    return HEIGHT - BOTTOM - round((HEIGHT - BOTTOM - TOP) * value / top)


def _round_up(value: float) -> float:
    """The next number that four lines divide well: 4, 8, 20, 40, 80, 200 …"""
    steps: Iterator[float] = (4.0 * factor * 10**power for power in count() for factor in STEPS)
    return next(step for step in steps if step >= value)
