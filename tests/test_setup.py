"""`make setup` on machines that are not like ours."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from deploy import get_uv
from testkit.broker import broker_command

ROOT = Path(__file__).parents[1]
UV = """#!/bin/sh
[ "$1" = --version ] && echo "uv {version}" && exit
mkdir .venv
echo "$UV_CACHE_DIR|$UV_SYSTEM_CERTS|$UV_PYTHON_DOWNLOADS|$*" >called
"""


def make_uv(path: Path, version: str) -> Path:
    """A program that says it is uv, and notes what it is asked to do."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(UV.format(version=version))
    path.chmod(0o755)
    return path


def make(folder: Path, *arguments: str, path: str = os.environ["PATH"]) -> subprocess.CompletedProcess[str]:
    for name in ("Makefile", "uv.lock", "pyproject.toml", "deploy/get_uv.py"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, folder / name)
    environment = {"PATH": path, "HOME": "/nonexistent"}
    return subprocess.run(
        ["make", *arguments], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A project that has its own uv, of the version that is locked, and a PATH with nothing on it."""
    monkeypatch.setattr(get_uv, "UV", make_uv(tmp_path / ".uv/uv", get_uv.locked()["version"]))
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    return tmp_path


def test_an_older_uv_on_the_path_is_not_used(home, capsys):
    make_uv(home / "bin/uv", "0.4.30")

    get_uv.main()

    assert capsys.readouterr().out == f"{home}/.uv/uv\n"


def test_a_newer_uv_on_the_path_is_used(home, capsys):
    make_uv(home / "bin/uv", "99.0.0")

    get_uv.main()

    assert capsys.readouterr().out == f"{home}/bin/uv\n"


def test_setting_up_works_in_a_folder_with_a_space_and_writes_nowhere_else(tmp_path):
    folder = tmp_path / "Mina projekt å"
    make_uv(folder / ".uv/uv", "99.0.0")

    ran = make(folder, "setup", f"PYTHON={sys.executable}", path="/usr/bin:/bin")

    assert ran.returncode == 0, ran.stderr
    cache, certificates, downloads, command = (folder / "called").read_text().split("|")
    assert cache == f"{folder}/.uv/cache"
    assert (certificates, downloads) == ("1", "never")
    assert command.startswith("sync --frozen")


def test_a_python_that_is_missing_is_named(tmp_path):
    ran = make(tmp_path, "setup", "PYTHON=python3.99")

    assert ran.returncode != 0
    assert ran.stderr.startswith("python3.99 is missing: apt-get install python3.99, ")


def test_the_embedded_broker_runs_where_it_is_installed_and_not_from_the_home_directory(monkeypatch):
    monkeypatch.delenv("CALF_TANSU_BIN", raising=False)

    [program, _], _ = broker_command(9092)

    assert Path(program).is_relative_to(sys.prefix)
    assert os.access(program, os.X_OK)
