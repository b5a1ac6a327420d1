"""Commands that import extracts of other registers."""

from pathlib import Path

import pytest

from testkit.commands import kommunbuss, last_audit

SAMPLES = Path("deploy/embedded/extracts").resolve()
COMPANIES = SAMPLES / "companies.txt"


@pytest.fixture(autouse=True)
def migrated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPERATOR", "anna")
    assert kommunbuss("migrate", "permit-guide").exit_code == 0


@pytest.fixture
def with_a_fault(tmp_path: Path) -> Path:
    """The third line has a number that cannot be one."""
    lines = COMPANIES.read_text(encoding="utf-8").splitlines()
    lines[2] = lines[2].replace("5599990024", "5599990025")
    path = tmp_path / "faulty.txt"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_a_dry_run_names_line_column_and_remedy_and_keeps_nothing(with_a_fault):
    kommunbuss("registers", "import", "companies", str(COMPANIES))
    before = kommunbuss("registers", "list").stdout

    result = kommunbuss("registers", "import", "companies", str(with_a_fault), "--dry-run")

    assert result.exit_code == 1
    assert result.stdout.startswith("line 3, organisationsidentitet: ")
    assert result.stdout.endswith("companies: 11 rows can be imported, 1 faults\n")
    assert kommunbuss("registers", "list").stdout == before


def test_an_import_with_a_fault_changes_nothing_unless_that_is_said(with_a_fault):
    refused = kommunbuss("registers", "import", "companies", str(with_a_fault))
    said = kommunbuss("registers", "import", "companies", str(with_a_fault), "--without-faulty")

    assert (refused.exit_code, said.exit_code) == (1, 0)
    assert "nothing was changed" in refused.stdout
    assert "companies: 11 rows of faulty.txt, since " in kommunbuss("registers", "list").stdout


@pytest.mark.parametrize(
    ("kind", "file", "count"),
    [
        ("companies", "companies.txt", 12),
        ("addresses", "addresses.csv", 18),
        ("water-protection", "water-protection.geojson", 2),
        ("detailed-plans", "detailed-plans.geojson", 2),
    ],
)
def test_the_sample_extracts_are_right_and_who_imported_them_is_audited(kind: str, file: str, count: int):
    result = kommunbuss("registers", "import", kind, str(SAMPLES / file))

    assert result.stdout == f"{kind}: {count} rows imported, 0 faults\n"
    assert last_audit("permit-guide").who == "anna"
    assert last_audit("permit-guide").details == {"register": kind, "file": file, "rows": count}


def test_a_register_that_nobody_knows_is_a_wrong_call(tmp_path):
    result = kommunbuss("registers", "import", "dogs", str(COMPANIES))

    assert result.exit_code == 2
    assert "Choose from: companies" in result.stderr


def test_a_file_of_another_kind_is_told_in_one_line(tmp_path):
    result = kommunbuss("registers", "import", "addresses", str(COMPANIES))

    assert result.exit_code == 1
    assert "the first line does not name the columns" in result.stderr
