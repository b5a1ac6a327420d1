"""promises.md names tests that exist and changes that still fit; `make mutants` makes the changes."""

import ast
from functools import cache

import pytest

from tests.mutants import is_run_by_revisions
from tests.promises import PROMISES, ROOT, CannotUse, Mutant, Promise, read_promises

EVERY = read_promises(PROMISES.read_text())

CODE = """\
def send(events):
    for event in events:
        publish(event)
    return len(events)
"""


@cache
def functions_of(path: str) -> set[str]:
    functions = ast.FunctionDef | ast.AsyncFunctionDef
    return {node.name for node in ast.walk(ast.parse((ROOT / path).read_text())) if isinstance(node, functions)}


@pytest.mark.parametrize("promise", EVERY, ids=lambda promise: promise.text)
def test_the_tests_of_a_promise_exist(promise: Promise):
    for test in promise.tests:
        path, _, name = test.partition("::")
        assert name in functions_of(path)


@pytest.mark.parametrize("promise", EVERY, ids=lambda promise: promise.text)
def test_the_mutants_of_a_promise_fit_the_code(promise: Promise):
    for mutant in promise.mutants:
        code = (ROOT / mutant.path).read_text()

        assert mutant.applied_to(code) != code


def test_no_promise_is_listed_twice():
    texts = [promise.text for promise in EVERY]

    assert len(set(texts)) == len(texts)


def test_a_mutant_takes_the_place_of_its_lines_at_their_depth():
    mutant = Mutant.parse(
        "--- x.py\n for event in events:\n-    publish(event)\n+    if event:\n+        publish(event)\n"
    )

    assert mutant.applied_to(CODE) == CODE.replace(
        "        publish(event)\n", "        if event:\n            publish(event)\n"
    )


@pytest.mark.parametrize("line", ["-gone()", "-    publish(event)\n-gone()", "-)"])
def test_a_mutant_whose_lines_are_not_there_once_is_refused(line: str):
    mutant = Mutant.parse(f"--- x.py\n{line}\n")

    with pytest.raises(CannotUse, match=r"found \d times in x\.py"):
        mutant.applied_to(CODE + ")\n)\n")


@pytest.mark.parametrize(
    "document",
    [
        "- **Nothing holds it.**\n  ```diff\n  --- x.py\n  -a\n  ```\n",
        "- **Nothing breaks it.** `x.py::test_x`\n",
        "- `x.py::test_x`\n  ```diff\n  --- x.py\n  -a\n  ```\n",
        "- **It has no file.** `x.py::test_x`\n  ```diff\n  -a\n  ```\n",
        "- **It is not a diff.** `x.py::test_x`\n  ```diff\n  --- x.py\n  a\n  ```\n",
        "- **Its second fence is unmarked.** `x.py::test_x`\n  ```diff\n  --- x.py\n  -a\n  ```\n  ```\n  -b\n  ```\n",
    ],
    ids=["no test", "no mutant", "no promise", "no file", "no diff", "a stray fence"],
)
def test_an_item_that_lacks_something_is_refused(document: str):
    with pytest.raises(CannotUse):
        read_promises(document)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("services/housing/migrations/0001_create_tables.py", True),
        ("services/eservice-intake/src/eservice_intake/cases/words.py", True),
        ("deploy/operations/src/operations/first_revision.py", True),
        ("shared/src/shared/columns.py", True),
        ("tests/testkit/src/testkit/plugin.py", True),
        ("services/housing/src/housing/api.py", False),
        ("deploy/proxy/nginx.conf", False),
    ],
)
def test_what_a_revision_runs_is_broken_before_the_tables_are_made(path: str, expected: bool):
    assert is_run_by_revisions(path) is expected
