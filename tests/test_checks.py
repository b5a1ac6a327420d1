"""What `make check` says of functions that are too long or too deep."""

from textwrap import indent

import pytest

from deploy.checks import complaints_of, main, too_many_suppressions


def function(body: str, decorator: str = "") -> str:
    return f"{decorator}def work(x):\n{indent(body, '    ')}"


def said(source: str) -> str:
    return "; ".join(complaints_of(source))


def test_a_function_of_25_lines_is_short_enough_and_one_of_26_is_not():
    assert said(function(24 * "x += 1\n")) == ""
    assert said(function(25 * "x += 1\n")) == "1: work has 26 lines besides its docstring; at most 25"


def test_docstrings_and_decorators_are_no_part_of_its_length():
    body = '"""Says much.\n\n' + 9 * "more\n" + '"""\n' + 24 * "x += 1\n"

    assert said(function(body, decorator="@a\n@b(\n    c,\n)\n")) == ""


@pytest.mark.parametrize(
    ("body", "depth"),
    [
        ("for a in x:\n  if a:\n    pass", 2),
        ("while x:\n  with x:\n    if x:\n      pass", 3),
        ("try:\n  pass\nexcept E:\n  for a in x:\n    if a:\n      pass", 3),
        ("async def inner():\n  async with x:\n    async for a in x:\n      pass\nif x:\n  if x:\n    pass", 2),
        ("match x:\n  case 1:\n    if x:\n      while x:\n        pass", 3),
        ("if x:\n  pass\nelif x:\n  pass\nelif x:\n  if x:\n    pass", 2),
        ("if x:\n  pass\nelse:\n  for a in x:\n    if a:\n      pass", 3),
    ],
)
def test_blocks_within_blocks_are_counted_and_an_elif_is_no_deeper_than_its_if(body, depth):
    expected = "" if depth <= 2 else f"1: work is nested {depth} deep; at most 2"

    assert said(function(body)) == expected


def test_a_module_of_251_lines_is_to_be_split():
    assert said(251 * "x = 1\n") == "1: the module has 251 lines; at most 250: split it by noun"


@pytest.mark.parametrize(
    "path", ["services/x/src/x.py", "services/x/tests/test_x.py", "tests/testkit/src/testkit/x.py"]
)
def test_a_long_module_is_named_also_when_it_is_of_tests(monkeypatch, tmp_path, capsys, path):
    long = tmp_path / path
    long.parent.mkdir(parents=True)
    long.write_text(251 * "x = 1\n")
    monkeypatch.setattr("deploy.checks.ROOT", tmp_path)

    assert main() == 1
    assert capsys.readouterr().out == f"{path}:1: the module has 251 lines; at most 250: split it by noun\n"


def test_functions_of_tests_may_be_long(monkeypatch, tmp_path):
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests/test_x.py").write_text(function(25 * "x += 1\n"))
    monkeypatch.setattr("deploy.checks.ROOT", tmp_path)

    assert main() == 0


def test_one_suppression_in_two_thousand_lines_is_enough():
    lines = 1999 * "x = 1\n"

    assert too_many_suppressions([lines, "y = 1  # noqa: E501\n"]) == []
    assert too_many_suppressions([lines, "y = 1  # type: ignore[x]\nz = 1  # fmt: skip\n"]) == [
        "2 suppressions in 2001 lines, 1.0 per 1,000; at most 0.5"
    ]
