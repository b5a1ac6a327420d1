"""Words to find a case by: what is in it, folded and cut alike on both databases."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import TSVECTOR

LONGEST_WORD = 60
MOST_WORDS = 2_000
"""Of one case: what comes after them is not searched."""
SHORTEST_BEGINNING = 3
"""A shorter word is looked for as a whole: too many words begin like it."""
_GAPS = re.compile(r"[\W_]+")


class Words(sa.TypeDecorator[str]):
    """Quoted words: a `tsvector` on PostgreSQL, and the same as text on SQLite."""

    impl = sa.Text
    cache_ok = True

    def load_dialect_impl(self, dialect: sa.Dialect) -> sa.types.TypeEngine[Any]:
        return dialect.type_descriptor(TSVECTOR() if dialect.name == "postgresql" else sa.Text())


def words_of(texts: Iterable[str]) -> str:
    """The words of the texts as they are kept. One with dashes is kept whole too: `556000-4615` is `5560004615`."""
    found: dict[str, None] = {}
    for text in texts:
        for term in text.split():
            found.update(dict.fromkeys(_forms(term)))
    return " ".join(f"'{word}'" for word in sorted(list(found)[:MOST_WORDS]))


def matches(words: sa.ColumnElement[Any], text: str, is_postgres: bool) -> sa.ColumnElement[bool]:
    """Whether the words have every term of the text, or a word that begins with it."""
    terms = [parts for term in text.split() if (parts := _parts(term))]
    if not terms:
        return sa.true()
    if is_postgres:
        query = " & ".join(f"({_tsquery(parts)})" for parts in terms)
        return words.op("@@", is_comparison=True)(sa.cast(query, sa.dialects.postgresql.TSQUERY))
    column = sa.cast(words, sa.Text)
    return sa.and_(*(sa.or_(*(sa.and_(*map(column.like, one)) for one in _likes(parts))) for parts in terms))


def _parts(term: str) -> list[str]:
    folded = unicodedata.normalize("NFKC", term).casefold()
    return [part[:LONGEST_WORD] for part in _GAPS.split(folded) if part]


def _forms(term: str) -> Iterator[str]:
    parts = _parts(term)
    yield from parts
    if len(parts) > 1:
        yield "".join(parts)[:LONGEST_WORD]


def _tsquery(parts: list[str]) -> str:
    *first, last = parts
    apart = " & ".join([f"'{part}'" for part in first] + [_beginning(last)])
    return f"{apart} | {_beginning(''.join(parts)[:LONGEST_WORD])}" if first else apart


def _beginning(word: str) -> str:
    return f"'{word}':*" if len(word) >= SHORTEST_BEGINNING else f"'{word}'"


def _likes(parts: list[str]) -> list[list[str]]:
    """Patterns for LIKE: the parts apart, or all of them as one word."""
    *first, last = parts
    apart = [f"%'{part}'%" for part in first] + [_like(last)]
    return [apart, [_like("".join(parts)[:LONGEST_WORD])]] if first else [apart]


def _like(word: str) -> str:
    return f"%'{word}%" if len(word) >= SHORTEST_BEGINNING else f"%'{word}'%"
