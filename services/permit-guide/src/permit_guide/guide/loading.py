"""The guide that is asked, read from `data/` when the process starts. A broken file ends it."""

from functools import cache
from pathlib import Path

import yaml
from pydantic import ValidationError

from permit_guide.guide.checks import problems
from permit_guide.guide.definitions import Guide

FILE = Path(__file__).with_name("tillstandsguide.yaml")


def read(text: str) -> Guide:
    return Guide.model_validate(yaml.safe_load(text))


@cache
def current() -> Guide:
    """The guide of today. Ends the process with the file and the first field that is wrong."""
    guide = _read_file()
    for where, what in problems(guide):
        raise SystemExit(f"{FILE.name}: {where}: {what}")
    return guide


def _read_file() -> Guide:
    try:
        return read(FILE.read_text("utf-8"))
    except yaml.YAMLError as error:
        raise SystemExit(f"{FILE.name}: {' '.join(str(error).split())}") from None
    except ValidationError as error:
        first = error.errors()[0]
        raise SystemExit(f"{FILE.name}: {'.'.join(map(str, first['loc']))}: {first['msg']}") from None
