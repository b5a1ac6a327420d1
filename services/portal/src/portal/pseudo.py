"""A language that nobody speaks, longer and with accents: one sees what is not translated, and what has no room."""

import re

ACCENTS = str.maketrans("aeiouyåäöAEIOUcdnrstlgz", "áéíóúýâãõÁÉÍÓÚčďňřšťĺğž")
KEPT = re.compile(r"(%\([a-z_]+\)[sd]|%[sd%]|<[^>]*>|&[#\w]+;)")


def pseudo(text: str) -> str:
    parts = [part if KEPT.fullmatch(part) else part.translate(ACCENTS) for part in KEPT.split(text)]
    return f"[{''.join(parts)}{' ·' * (1 + len(text) // 8)}]"
