"""The guide as a picture: questions, rules and obligations in three columns, with what leads to what."""

from collections.abc import Iterator
from xml.sax.saxutils import escape

from permit_guide.guide.definitions import Guide
from permit_guide.guide.presentation import Presenter
from shared.events import Language

ROW, TOP, HEIGHT = 34, 20, 26
COLUMNS = ((20, 330), (520, 70), (760, 330))
"""Where each begins, and how wide it is."""
LONGEST = 46
WIDTH = 1110
STYLE = (
    "text{font:13px sans-serif;fill:#111}rect{fill:#fff;stroke:#555}path{fill:none;stroke:#888}"
    ".asked{stroke-dasharray:4 3}svg{background:#fff}"
)
TITLE = {"sv": "Frågor, regler och skyldigheter", "en": "Questions, rules and obligations"}


def svg(guide: Guide, language: Language) -> str:
    presenter = Presenter(guide, language)
    columns = (
        {question.id: presenter.said(question) for question in guide.questions},
        {rule.id: rule.id for rule in guide.rules},
        {name: presenter.said(obligation) for name, obligation in guide.obligations.items()},
    )
    places = [{name: TOP + ROW * number for number, name in enumerate(column)} for column in columns]
    height = 2 * TOP + ROW * max(map(len, columns))
    shapes = [*_lines(guide, places), *_boxes(columns, places)]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img">'
        f"<title>{TITLE[language]}</title><style>{STYLE}</style>{''.join(shapes)}</svg>"
    )


def _boxes(columns: tuple[dict[str, str], ...], places: list[dict[str, int]]) -> Iterator[str]:
    for (x, width), column, at in zip(COLUMNS, columns, places, strict=True):
        for name, label in column.items():
            short = label if len(label) <= LONGEST else f"{label[: LONGEST - 1]}…"
            box = f'<rect x="{x}" y="{at[name]}" width="{width}" height="{HEIGHT}" rx="4"/>'
            yield f"<g><title>{escape(label)}</title>{box}"
            yield f'<text x="{x + 8}" y="{at[name] + 18}">{escape(short)}</text></g>'


def _lines(guide: Guide, places: list[dict[str, int]]) -> Iterator[str]:
    questions, rules, obligations = places
    (first, width), (second, narrow), (third, _) = COLUMNS
    for question in guide.questions:
        for name in question.ask_if:
            yield _bow(first, questions[name], questions[question.id])
    for rule in guide.rules:
        for name in rule.when:
            yield _line(first + width, questions[name], second, rules[rule.id])
        yield _line(second + narrow, rules[rule.id], third, obligations[rule.obligation])


def _line(x: int, y: int, to_x: int, to_y: int) -> str:
    middle, half = (x + to_x) // 2, HEIGHT // 2
    return f'<path d="M{x} {y + half}C{middle} {y + half} {middle} {to_y + half} {to_x} {to_y + half}"/>'


def _bow(x: int, y: int, to_y: int) -> str:
    """Beside a column, from a question to one that is asked after it."""
    half = HEIGHT // 2
    return f'<path class="asked" d="M{x} {y + half}C{x - 18} {y + half} {x - 18} {to_y + half} {x} {to_y + half}"/>'
