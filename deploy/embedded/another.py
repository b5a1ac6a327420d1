"""A second instance of a process beside `make run`: `make another PROCESS=notifications-consumer PORT=8199`."""

import os
import shlex
import sys
from collections.abc import Mapping
from pathlib import Path
from string import Template

from deploy.embedded.ports import CannotStart, Ports
from deploy.procfile import ASKED, COMMANDS


def main() -> None:
    process, port, *_ = (*sys.argv[1:], "", "")
    try:
        words, environment = another(process, port, os.environ)
    except CannotStart as error:
        sys.exit(str(error))
    os.execve(Path(sys.executable).with_name(words[0]), words, environment)


def another(process: str, port: str, environment: Mapping[str, str]) -> tuple[list[str], dict[str, str]]:
    """The command of a process and its whole environment, that of the system beside it. Raises CannotStart."""
    useful = [name for name in COMMANDS if name not in ASKED and not name.endswith("-relay")]  # a second relay waits
    if process not in useful or not port.isdecimal():
        raise CannotStart(f"PROCESS is one of {', '.join(useful)}, and PORT one that is free, for example 8199.")
    words = [Template(word).safe_substitute(PORT=port) for word in shlex.split(COMMANDS[process])]
    return words, Ports.of(environment).settings(environment)


if __name__ == "__main__":
    main()
