"""What no linter measures: `python -m deploy.checks`, a part of `make check`.

Ruff counts statements and branches, not lines; its rule for nesting is a preview, and other tools count docstrings.
"""

import ast
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).parents[1]
CODE = ("shared/src/**/*.py", "typesetter/src/**/*.py", "services/*/src/**/*.py", "deploy/**/*.py")
TESTS = ("shared/tests/**/*.py", "services/*/tests/**/*.py", "deploy/*/tests/**/*.py", "tests/**/*.py")
LONGEST_FUNCTION, LONGEST_MODULE, DEEPEST_NESTING, MOST_SUPPRESSIONS = 25, 250, 2, 0.5
SUPPRESSION = re.compile(r"#\s*(noqa|type:\s*ignore|fmt:\s*(skip|off)|pragma)\b")
NESTS = (ast.If, ast.For, ast.AsyncFor, ast.While, ast.Try, ast.TryStar, ast.With, ast.AsyncWith, ast.Match)

Function = ast.FunctionDef | ast.AsyncFunctionDef


def main() -> int:
    tests = _read(TESTS)
    code = {path: source for path, source in _read(CODE).items() if path not in tests}
    complaints = [f"{path}:{said}" for path, source in code.items() for said in complaints_of(source)]
    complaints += [f"{path}:{said}" for path, source in tests.items() for said in too_long(source)]
    complaints += too_many_suppressions(list(code.values()))
    print(*complaints or [f"{len(code)} modules: functions and modules are short, nesting is shallow."], sep="\n")
    return 1 if complaints else 0


def _read(patterns: Sequence[str]) -> dict[Path, str]:
    paths = sorted({path for pattern in patterns for path in ROOT.glob(pattern)})
    return {path.relative_to(ROOT): path.read_text(encoding="utf-8") for path in paths}


def too_long(source: str) -> Iterator[str]:
    if (lines := len(source.splitlines())) > LONGEST_MODULE:
        yield f"1: the module has {lines} lines; at most {LONGEST_MODULE}: split it by noun"


def complaints_of(source: str) -> Iterator[str]:
    """What is too long or too deep in a module, each with its line."""
    yield from too_long(source)
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, Function):
            continue
        if (lines := length(node)) > LONGEST_FUNCTION:
            yield f"{node.lineno}: {node.name} has {lines} lines besides its docstring; at most {LONGEST_FUNCTION}"
        if (depth := nesting(node.body)) > DEEPEST_NESTING:
            yield f"{node.lineno}: {node.name} is nested {depth} deep; at most {DEEPEST_NESTING}"


def length(function: Function) -> int:
    """Its lines, without decorators and docstring."""
    lines = (function.end_lineno or 0) - function.lineno + 1
    if ast.get_docstring(function) is not None:
        docstring = function.body[0]
        lines -= (docstring.end_lineno or 0) - docstring.lineno + 1
    return lines


def nesting(statements: Sequence[ast.AST]) -> int:
    """How many blocks stand within each other. A function within begins anew, an `elif` is no deeper than its `if`."""
    return max((_depth(statement) for statement in statements), default=0)


def _depth(node: ast.AST) -> int:
    if isinstance(node, Function | ast.Lambda | ast.expr):
        return 0
    elifs = node.orelse if isinstance(node, ast.If) and [type(one) for one in node.orelse] == [ast.If] else []
    within = nesting([child for child in ast.iter_child_nodes(node) if child not in elifs])
    return max(within + isinstance(node, NESTS), nesting(elifs))


def too_many_suppressions(sources: Sequence[str]) -> list[str]:
    """Suppressions are for what cannot be mended: at most one for two thousand lines."""
    lines = [line for source in sources for line in source.splitlines()]
    found = sum(bool(SUPPRESSION.search(line)) for line in lines)
    per_thousand = 1000 * found / max(1, len(lines))
    if per_thousand <= MOST_SUPPRESSIONS:
        return []
    return [f"{found} suppressions in {len(lines)} lines, {per_thousand:.1f} per 1,000; at most {MOST_SUPPRESSIONS}"]


if __name__ == "__main__":
    sys.exit(main())
