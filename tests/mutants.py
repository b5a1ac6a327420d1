"""Breaks every promise in a copy of the checkout and sees that its tests notice: `make mutants`, `ONLY=purg` for some.

On the embedded stack it breaks what the embedded tests hold; with KAFKA_BOOTSTRAP_SERVERS and DATABASE_URL set, what
only those servers show.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from queue import SimpleQueue

from testkit.needs import nginx_is_there
from tests.promises import PROMISES, ROOT, CannotUse, Mutant, Promise, read_promises

REAL = {"KAFKA_BOOTSTRAP_SERVERS", "DATABASE_URL"} <= os.environ.keys()
ON_SQLITE = not os.environ.get("DATABASE_URL")
AT_ONCE = 1 if REAL else os.cpu_count() or 1  # all runs on the real stack share its topics and group
LONGEST_TEST_SECONDS = 120
PASSED, FAILED = 0, 1
"""pytest's exit codes. Any other says nothing about the promise."""

Result = tuple[int, str]


class Copy:
    """A checkout of its own, whose code is imported rather than what is installed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._seconds = 0
        listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        for name in subprocess.check_output(listed, cwd=ROOT, text=True).rstrip("\0").split("\0"):
            if (ROOT / name).is_file():
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(ROOT / name, folder / name)
        imported = self._start("-c", "import shared.clock as module; print(module.__file__)").communicate()[0]
        if not imported.startswith(str(folder)):
            sys.exit(f"The copy does not run its own code, but {imported}")
        self._said, self._loaded = folder.with_suffix(".said"), folder.with_suffix(".loaded")
        self._migrated = folder.with_suffix(".migrated")
        if ON_SQLITE:
            migrate = "from operations import app; app(['migrate'])"
            self._start("-c", migrate, MODE="embedded", DATA_DIR=str(self._migrated)).communicate()
        self._python = self._start("-P", "tests/warm_python.py")

    def _start(self, *arguments: str, **settings: str) -> "subprocess.Popen[str]":
        sources = [self.folder, *self.folder.glob("**/src")]
        own = {"PYTHONPATH": os.pathsep.join(map(str, sources)), "PYTHONDONTWRITEBYTECODE": "", **settings}
        return subprocess.Popen(
            [sys.executable, *arguments],
            cwd=self.folder,
            env={**os.environ, **own, **({} if REAL else {"STACK": "embedded"})},
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    def load(self, modules: list[str]) -> None:
        """Have those modules loaded in every run to come."""
        self._tell({"load": modules})

    def test(self, *arguments: str, are_tables_the_same: bool = True) -> Result:
        """Run some tests, on copies of databases that were migrated before unless the tables may be others now."""
        options = ["-q", "--no-header", "--show-capture=no", f"--timeout={LONGEST_TEST_SECONDS}"]
        without = ["--disable-plugin-autoload", "-p", "no:cacheprovider"]
        run = [*options, *without, *arguments]
        settings = {"MIGRATED": str(self._migrated)} if ON_SQLITE and are_tables_the_same else {}
        self._tell({"run": run, "settings": settings, "said": str(self._said), "loaded": str(self._loaded)})
        return int(self._python.stdout.readline()), self._said.read_text()

    def loaded(self) -> list[str]:
        """The modules that the last run loaded of others."""
        return self._loaded.read_text().splitlines()

    def _tell(self, task: dict[str, object]) -> None:
        print(json.dumps(task), file=self._python.stdin, flush=True)

    @contextmanager
    def broken_by(self, mutant: Mutant) -> Iterator[None]:
        file = self.folder / mutant.path
        kept = file.read_text()
        self._write(file, mutant.applied_to(kept))
        try:
            yield
        finally:
            self._write(file, kept)

    def _write(self, file: Path, text: str) -> None:
        """Write the file at a time of its own, in whole seconds, or Python takes it for the one it has compiled."""
        file.write_text(text)
        self._seconds += 1
        os.utime(file, (self._seconds, self._seconds))


def main(words: str, one_of: int) -> None:
    every = [promise for promise in read_promises(PROMISES.read_text()) if promise.mentions(words)]
    require_that_they_fit(every)
    here = [promise for promise in every if promise.on_the_real_stack == REAL]
    here = here[turn_of_this_commit(one_of) :: one_of]
    if not nginx_is_there():
        here = [promise for promise in here if not promise.needs_nginx]
        print("What needs nginx is left out, which is not here: apt-get install nginx", flush=True)
    if not here:
        sys.exit(f"No promise that this stack shows mentions {words!r}.")
    with tempfile.TemporaryDirectory(prefix="kommunbuss-mutants-") as folder:
        copies = [Copy(Path(folder) / str(number)) for number in range(AT_ONCE)]
        require_green(copies, here)
        survivors = break_all(copies, here)
    if elsewhere := sum(promise.on_the_real_stack != REAL for promise in every):
        print(f"{elsewhere} promises more need {'the embedded stack' if REAL else 'the real one'}.")
    sys.exit("\n".join([f"{len(survivors)} of their mutants survived:", *survivors]) if survivors else 0)


def turn_of_this_commit(one_of: int) -> int:
    commit = subprocess.check_output(["git", "rev-parse", "HEAD"], cwd=ROOT, text=True)
    return int(commit, 16) % one_of


def require_that_they_fit(promises: list[Promise]) -> None:
    try:
        for mutant in (mutant for promise in promises for mutant in promise.mutants):
            mutant.line_in((ROOT / mutant.path).read_text())
    except (CannotUse, OSError) as error:
        sys.exit(f"A mutant no longer fits the code: {error}")


def require_green(copies: list[Copy], promises: list[Promise]) -> None:
    """Run the promises' tests, and have every copy load what they needed of others' code."""
    started = time.monotonic()
    tests = sorted({test for promise in promises for test in promise.tests})
    share = -(-len(tests) // len(copies))
    shares = [tests[begin : begin + share] for begin in range(0, len(tests), share)]
    with ThreadPoolExecutor(len(shares)) as pool:
        results = list(pool.map(lambda copy, share: copy.test(*share), copies, shares))
    for code, said in results:
        if code != PASSED:
            sys.exit(f"{said}\nThese tests do not pass before anything is broken.")
    used = copies[: len(shares)]
    modules = list(dict.fromkeys(name for copy in used for name in copy.loaded()))
    for copy in copies:
        copy.load(modules)
    print(f"{time.monotonic() - started:5.1f} s  unbroken: {len(tests)} tests of {len(promises)} promises", flush=True)


def break_all(copies: list[Copy], promises: list[Promise]) -> list[str]:
    """Try each mutant of each promise, tell what came of it, and return those that were not killed."""
    survivors = []
    started = time.monotonic()
    idle: SimpleQueue[Copy] = SimpleQueue()
    for copy in copies:
        idle.put(copy)
    pool = ThreadPoolExecutor(AT_ONCE)
    try:
        tries = [(p, m, pool.submit(break_one, idle, p, m)) for p in promises for m in p.mutants]
        for promise, mutant, attempt in tries:
            seconds, (code, said) = attempt.result()
            place = f"{mutant.path}:{mutant.line_in((ROOT / mutant.path).read_text()) + 1}"
            killer = killer_in(said) if code == FAILED else None
            fate = f"killed by {killer}" if killer else f"SURVIVED (pytest ended with {code})\n{said[-2000:]}"
            print(f"{seconds:5.1f} s  {promise.text}\n         {place}: {fate}", flush=True)
            if killer is None:
                survivors.append(f"{place}: {promise.text}")
    finally:
        pool.shutdown(cancel_futures=True)
    each = (time.monotonic() - started) / len(tries)
    killed = len(tries) - len(survivors)
    print(f"{len(tries)} mutants of {len(promises)} promises: {killed} killed, in {each:.1f} s each.")
    return survivors


def break_one(idle: "SimpleQueue[Copy]", promise: Promise, mutant: Mutant) -> tuple[float, Result]:
    copy = idle.get()
    try:
        started = time.monotonic()
        with copy.broken_by(mutant):
            result = copy.test("-x", *promise.tests, are_tables_the_same=not is_run_by_revisions(mutant.path))
        return time.monotonic() - started, result
    finally:
        idle.put(copy)


def is_run_by_revisions(path: str) -> bool:
    """Whether a change of the file may be one of the tables."""
    if "/migrations/" in path or path.startswith(("shared/src/shared/", "deploy/operations/", "tests/")):
        return True
    module = path.partition("/src/")[2].removesuffix(".py").replace("/", ".")
    revisions = ROOT.glob("services/*/migrations/*.py")
    return any(f"from {module} import" in revision.read_text() for revision in revisions)


def killer_in(said: str) -> str | None:
    """The test that failed, by pytest's summary."""
    failed = re.search(r"^(?:FAILED|ERROR) (\S+::.+?)(?: - .*)?$", said, re.MULTILINE)
    return failed and failed[1]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument("--one-of", type=int, default=1, help="of so many promises one, as the commit's id has it")
    parser.add_argument("words", nargs="*", help="only promises with these words in their text, tests or files")
    arguments = parser.parse_args()
    main(" ".join(arguments.words), arguments.one_of)
