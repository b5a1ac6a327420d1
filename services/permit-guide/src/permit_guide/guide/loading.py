"""The guide that is asked, read when the process starts. A broken file ends it."""

from functools import cache
from pathlib import Path

from definitions.files import read_file
from permit_guide.guide.checks import problems
from permit_guide.guide.definitions import Guide

FILE = Path(__file__).with_name("tillstandsguide.yaml")


@cache
def current() -> Guide:
    """The guide of today. Ends the process with the file and the first field that is wrong."""
    return read_file(FILE, Guide, problems)
