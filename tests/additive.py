"""Whether a new migration lets the version before go on, while both run and after a roll back.

Squawk reads the SQL that a migration would give PostgreSQL, and knows what breaks clients and what locks a table.
"""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import Script, ScriptDirectory

RELEASED = {
    "eservice-intake": "0040",
    "housing": "0002",
    "notifications": "0009",
    "permit-guide": "0003",
    "portal": "0003",
    "recruitment": "0005",
}
"""The newest revision of 0.1.0. What led there ran on no table that an earlier version works on."""
HABITS = ("prefer-bigint-over-int", "prefer-identity", "prefer-text-field", "require-statement-timeout")
"""What lets the version before go on all the same: small numbers, limited texts, an index that takes its time."""
NOT_IN_THE_WAY = ("ban-drop-index", "ban-drop-trigger", "ban-disable-trigger", "ban-detach-inheritance")
"""What squawk lets pass unless asked, and the version before may lean on, as ON CONFLICT does on an index."""
BY_ROW = re.compile(
    r"^\s*(UPDATE|DELETE|MERGE|WITH|TRUNCATE|LOCK|CLUSTER|VACUUM|INSERT\b(?=[^;]*\bSELECT\b))\b"
    r"(?!.*\balembic_version\b).*",
    re.M | re.I,
)
"""What holds rows, or a table, for as long as there are rows; squawk judges no data."""
LINT = (
    str(Path(sys.executable).with_name("squawk")),
    f"--exclude={','.join(HABITS)}",
    f"--include={','.join(NOT_IN_THE_WAY)}",
    "--pg-version=15",
    "--reporter=json",
)


def complaints_of(config: Config, since: str) -> Iterator[str]:
    """What is wrong with each migration after a revision, beginning with the oldest one."""
    scripts = ScriptDirectory.from_config(config)
    for script in reversed(list(scripts.iterate_revisions("head", since))):
        assert isinstance(script, Script)
        sql = sql_of(config, script)
        yield from (f"{script.path}: {said}" for said in (*_by_squawk(sql), *_by_row(sql)))


def sql_of(config: Config, script: Script) -> str:
    config.output_buffer = StringIO()
    command.upgrade(config, f"{script.down_revision or 'base'}:{script.revision}", sql=True)
    return config.output_buffer.getvalue()


def _by_squawk(sql: str) -> Iterator[str]:
    done = subprocess.run(LINT, input=sql, capture_output=True, text=True, check=False)
    for found in json.loads(done.stdout):
        yield f"{found['rule_name']}: {found['message']} {found['help'] or ''}"


def _by_row(sql: str) -> Iterator[str]:
    for found in BY_ROW.finditer(sql):
        yield f"{found[0].strip()} holds what it changes until all is done: let a command or a worker do it, in parts"
