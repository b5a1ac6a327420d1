"""The process that all others are forked from, and what each does first.

It has loaded what they have in common, once for all of them. It is a process of its own, because the one that asks for
them may have threads and an event loop.
"""

import ctypes
import gc
import multiprocessing
import os
import signal
import sys
from collections.abc import Callable, Collection, Iterable, Mapping
from multiprocessing import forkserver
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from pkgutil import resolve_name

ROOT = Path(__file__).parents[1]
LIBRARIES = ["web.server", "bus.consumer", "bus.relay", "aiosmtplib", "uvicorn.main", "uvloop", "holidays", "obstore"]
SERVERS = {"uvicorn": "uvicorn.main:main.main", "kommunbuss-serve": "web.server:main"}
"""What runs in a fork, without loading everything again."""
PR_SET_PDEATHSIG, PR_SET_NAME = 1, 15
ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

FORKS = multiprocessing.get_context("forkserver")


def load(modules: Collection[str]) -> None:
    """Start the process to fork from. It outlives what ends this one, so that the others can be stopped in order."""
    FORKS.set_forkserver_preload([__name__, *modules])
    before = signal.pthread_sigmask(signal.SIG_BLOCK, ENDINGS)
    forkserver.ensure_running()
    signal.pthread_sigmask(signal.SIG_SETMASK, before)


def forked(
    name: str, log: Path, environment: Mapping[str, str], target: Callable[..., None], words: Iterable[object]
) -> ForkServerProcess:
    """A process that has begun to do that, with that environment."""
    process = FORKS.Process(target=_begin, args=(name, log, dict(environment), target, *words), name=name, daemon=True)
    process.start()
    return process


def _begin(name: str, log: Path, environment: dict[str, str], target: Callable[..., None], *words: object) -> None:
    """What a process does first: leave the group that Ctrl-C reaches, end with its parent, write to its log."""
    gc.freeze()  # what is loaded stays shared: no collection walks it
    for number in ENDINGS:
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDINGS)
    os.setpgid(0, 0)
    _end_with_parent(name)
    descriptor = os.open(log, os.O_WRONLY | os.O_APPEND)
    os.dup2(descriptor, 1)
    os.dup2(descriptor, 2)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(ROOT)
    target(*words)


def _end_with_parent(name: str) -> None:
    # The process it is forked from ends with the last one that has this open.
    os.close(vars(forkserver._forkserver)["_forkserver_alive_fd"])
    if sys.platform != "linux":
        return
    libc = ctypes.CDLL(None)
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    libc.prctl(PR_SET_NAME, name.encode())
    starter = multiprocessing.parent_process()
    if starter is None or not starter.is_alive():
        raise SystemExit(1)


def serve(*words: str) -> None:
    resolve_name(SERVERS[words[0]])(words[1:])


def execute(*words: str) -> None:
    os.execvp(words[0], words)


def call(function: str, *arguments: object) -> None:
    resolve_name(function)(*arguments)
