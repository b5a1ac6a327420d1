"""What somebody looks for among the obligations, by words of their titles and texts and by what people call them."""

import re
import unicodedata

from permit_guide.guide.definitions import Guide, Obligation

WEIGHTS = (10, 5, 1)
"""Of a word in the title, among the names, in the text."""
MOST_WORDS = 12


def search(guide: Guide, text: str) -> list[str]:
    """The ids of those that have every word, or its beginning, the best first."""
    wanted = _words(text)[:MOST_WORDS]
    scores = {name: _score(wanted, obligation) for name, obligation in guide.obligations.items()}
    return sorted((name for name, score in scores.items() if score), key=lambda name: (-scores[name], name))


def _score(wanted: list[str], obligation: Obligation) -> int:
    consider = obligation.headings.consider
    places = (
        _words(f"{obligation.sv} {obligation.en}"),
        _words(" ".join(obligation.search)),
        _words(f"{consider.sv} {consider.en}" if consider else ""),
    )
    found = [
        max((weight for weight, words in zip(WEIGHTS, places, strict=True) if _has(words, one)), default=0)
        for one in wanted
    ]
    return sum(found) if found and all(found) else 0


def _has(words: list[str], wanted: str) -> bool:
    return any(word.startswith(wanted) for word in words)


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", unicodedata.normalize("NFC", text).casefold())
