"""Reads `promises.md`: what is promised, the tests that hold it, and the mutants that break it."""

import re
import textwrap
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
PROMISES = ROOT / "tests/promises.md"

_ITEM = re.compile(r"^- ", re.MULTILINE)
_BOLD = re.compile(r"\*\*(.+?)\*\*", re.DOTALL)
_TEST = re.compile(r"`([^`\s]+\.py::\w+)`")
_DIFF = re.compile(r"^ *```diff\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
_ON_THE_REAL_STACK, _NEEDS_NGINX = "(real stack)", "(nginx)"


class CannotUse(Exception):
    """An entry of promises.md is not written as its first paragraph says, or no longer fits the code."""


@dataclass(frozen=True)
class Mutant:
    """A change of one file: consecutive lines that are there once, and the lines that take their place."""

    path: str
    old: tuple[str, ...]
    new: tuple[str, ...]

    @classmethod
    def parse(cls, diff: str) -> "Mutant":
        first, *lines = textwrap.dedent(diff).splitlines()
        lines = [line or " " for line in lines]
        if not first.startswith("--- ") or not lines or {line[0] for line in lines} - set(" -+"):
            raise CannotUse(f"not `--- <file>` and lines that begin with -, + or a space:\n{diff}")
        old, new = (tuple(line[1:] for line in lines if line[0] in kept) for kept in (" -", " +"))
        return cls(first.removeprefix("--- "), old, new)

    def line_in(self, text: str) -> int:
        """Where the old lines begin, from 0, however they are indented. Raises CannotUse unless they are there once."""
        lines = [line.strip() for line in text.splitlines()]
        old = [line.strip() for line in self.old]
        found = [number for number in range(len(lines)) if lines[number : number + len(old)] == old]
        if len(found) != 1:
            raise CannotUse(f"found {len(found)} times in {self.path}, and it must be once:\n" + "\n".join(self.old))
        return found[0]

    def applied_to(self, text: str) -> str:
        lines = text.splitlines()
        at = self.line_in(text)
        indent = " " * (_indent_of(lines[at]) - _indent_of(self.old[0]))
        lines[at : at + len(self.old)] = [indent + line for line in self.new]
        return "\n".join(lines) + "\n"


@dataclass(frozen=True)
class Promise:
    text: str
    tests: tuple[str, ...]
    mutants: tuple[Mutant, ...]
    on_the_real_stack: bool
    """Whether its tests notice only there: SQLite, for one, has one writer at a time."""
    needs_nginx: bool = False

    def mentions(self, words: str) -> bool:
        texts = (self.text, *self.tests, *(mutant.path for mutant in self.mutants))
        return any(words.lower() in text.lower() for text in texts)


def read_promises(document: str) -> list[Promise]:
    """Every item of the document. Raises CannotUse for one without its promise, a test or a mutant."""
    return [_promise(item) for item in _ITEM.split(document)[1:]]


def _promise(item: str) -> Promise:
    about, _, _ = item.partition("```")
    text, tests = _BOLD.search(about), tuple(_TEST.findall(about))
    mutants = tuple(map(Mutant.parse, _DIFF.findall(item)))
    if text is None or not tests or not mutants:
        raise CannotUse(f"needs a promise in bold, a `file.py::test` and a ```diff:\n{item}")
    if item.count("```") != 2 * len(mutants):
        raise CannotUse(f"every fence is a ```diff of its own:\n{item}")
    return Promise(" ".join(text[1].split()), tests, mutants, _ON_THE_REAL_STACK in about, _NEEDS_NGINX in about)


def _indent_of(line: str) -> int:
    return len(line) - len(line.lstrip())
