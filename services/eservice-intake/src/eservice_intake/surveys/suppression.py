"""Which figures are shown, so that none of a few companies can be read or worked out of the others."""

from collections.abc import Collection, Mapping, Set

FEWEST = 5
"""A figure is shown when at least so many companies are behind it."""

Companies = Set[str]


def is_few(companies: Companies) -> bool:
    return len(companies) < FEWEST


def hidden(cells: Mapping[str, Companies], *, also: Collection[str] = ()) -> set[str]:
    """Which cells of a sum are not shown, when the sum is: those of few companies, those named, and as many more.

    What is hidden together can be worked out, as the sum without what is shown. So it is of at least two cells and of
    at least `FEWEST` companies, each of which adds one or more to it: a single cell may then be anything from nothing
    to all of it. The cells with the fewest companies are hidden first.
    """
    found = {cell for cell, companies in cells.items() if is_few(companies)} | set(also)
    more = sorted(cells.keys() - found, key=lambda cell: (len(cells[cell]), cell))
    while found and more and not _is_safe(found, cells):
        found.add(more.pop(0))
    return found


def _is_safe(together: Collection[str], cells: Mapping[str, Companies]) -> bool:
    behind: set[str] = set().union(*(cells.get(cell, ()) for cell in together))
    return len(together) > 1 and not is_few(behind)
