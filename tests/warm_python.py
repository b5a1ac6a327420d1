"""A Python that runs pytest many times, each time in a fork of itself, and has loaded what others wrote.

It reads its tasks as lines of JSON: `{"load": […]}` for modules to have loaded from then on, and `{"run": […]}` for a
run of pytest with those arguments, whose exit code it answers. `settings` are for the run's environment; `said` and
`loaded` are files for what pytest writes and for the names of the modules that it loaded. Our own code is loaded by
each run, as it then stands.
"""

import contextlib
import gc
import importlib
import json
import os
import select
import signal
import sys
from pathlib import Path
from types import ModuleType

import pytest

LONGEST_RUN_SECONDS = 300
PLUGINS = ("pytest_asyncio.plugin", "pytest_timeout")
"""pytest loads these itself, or it refuses them."""


def main() -> None:
    for line in sys.stdin:
        match json.loads(line):
            case {"load": modules}:
                load(modules)
            case {"run": arguments, "settings": settings, "said": said, "loaded": loaded}:
                print(run(arguments, settings, Path(said), Path(loaded)), flush=True)


def load(modules: list[str]) -> None:
    for name in modules:
        with contextlib.suppress(ImportError):  # some names are aliases
            importlib.import_module(name)
    gc.collect()
    gc.freeze()


def run(arguments: list[str], settings: dict[str, str], said: Path, loaded: Path) -> int:
    """The exit code of pytest in a fork of this process. Nothing that it started outlives it."""
    fork = os.fork()
    if fork == 0:
        os.environ |= settings
        os._exit(run_here(arguments, said, loaded))
    ended = os.pidfd_open(fork)
    try:
        select.select([ended], [], [], LONGEST_RUN_SECONDS)
    finally:
        os.close(ended)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(fork, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(fork, 0)[1])


def run_here(arguments: list[str], said: Path, loaded: Path) -> int:
    os.setsid()
    with said.open("w") as output, Path(os.devnull).open() as nothing:
        for number, file in enumerate((nothing, output, output)):
            os.dup2(file.fileno(), number)
    code = pytest.main([*(option for name in PLUGINS for option in ("-p", name)), *arguments])
    sys.stdout.flush()
    loaded.write_text("\n".join(name for name, module in sys.modules.items() if is_of_others(module)))
    return code


def is_of_others(module: ModuleType) -> bool:
    file = getattr(module, "__file__", None) or ""
    return "site-packages" in file and not module.__name__.startswith(("pytest_asyncio", "pytest_timeout"))


if __name__ == "__main__":
    main()
