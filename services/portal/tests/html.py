"""Reads a page as strictly as the standard does, and says what is not as it should be."""

import warnings
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from xml.etree.ElementTree import Element

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import html5lib

LABELLED = {"input", "select", "textarea"}
UNLABELLED_TYPES = {"hidden", "submit", "button"}
EVENTS = ("on", "hx-on", "style")
"""What a page of ours never has in an attribute: the policy would stop it."""


def parsed(text: str) -> Element:
    """Raises html5lib's ParseError."""
    return html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(text)


def complaints(text: str) -> list[str]:
    page = parsed(text)
    checks = (_doubled_ids, _unlabelled, _headings, _first_link, _links_to_nowhere, _by_hand)
    return [complaint for check in checks for complaint in check(page)]


def _doubled_ids(page: Element) -> Iterator[str]:
    for name, count in Counter(element.get("id") for element in page.iter()).items():
        if name is not None and count > 1:
            yield f"id={name} is there {count} times"


def _unlabelled(page: Element) -> Iterator[str]:
    labels = {label.get("for") for label in page.iter("label")}
    for element in page.iter():
        needs_one = element.tag in LABELLED and element.get("type") not in UNLABELLED_TYPES
        if (
            needs_one
            and element.get("hidden") is None
            and not (element.get("id") in labels or element.get("aria-label"))
        ):
            yield f"<{element.tag} name={element.get('name')}> has no label"


def _headings(page: Element) -> Iterator[str]:
    headings = [int(element.tag[1]) for element in page.iter() if element.tag in ("h1", "h2", "h3", "h4")]
    if headings.count(1) != 1:
        yield f"{headings.count(1)} h1"
    for before, after in pairwise(headings):
        if after > before + 1:
            yield f"h{after} comes after h{before}"


def _first_link(page: Element) -> Iterator[str]:
    """Somebody with a keyboard goes past the menu with it."""
    [main, *_] = [*page.iter("main"), Element("main")]
    first = next(page.iter("a"), main)
    if first.get("href") != f"#{main.get('id')}" or main.get("tabindex") != "-1":
        yield "the first link does not lead past the menu"


def _links_to_nowhere(page: Element) -> Iterator[str]:
    ids = {element.get("id") for element in page.iter()}
    for link in page.iter("a"):
        target = link.get("href", "")
        if not target or (target.startswith("#") and target[1:] not in ids):
            yield f"a link leads to {target!r}"
    for element in page.iter():
        for name in ("aria-labelledby", "aria-describedby", "for"):
            missing = [one for one in element.get(name, "").split() if one not in ids]
            if missing:
                yield f"{name}={missing[0]} names nothing"


def _by_hand(page: Element) -> Iterator[str]:
    for element in page.iter():
        for name, value in element.attrib.items():
            if name.startswith(EVENTS):
                yield f"<{element.tag} {name}=…>"
            if "<span" in value:
                yield f"<{element.tag} {name}={value}>: use plain(…) in an attribute"
    if "<span" in (page.findtext(".//title") or ""):
        yield "the title has an element: use plain(…)"
