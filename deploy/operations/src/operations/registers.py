"""Extracts of other registers, imported for look-ups."""

import asyncio
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer

from operations.console import Failed, console, one_of, opened, printable, who
from shared.services import WITHOUT_EVENTS
from shared.settings import Settings

SERVICE = "permit-guide"
KINDS = "companies, addresses, water-protection, detailed-plans"

app = typer.Typer(help="Registers that answers are filled in from.", no_args_is_help=True, rich_markup_mode=None)


@app.command("import")
def import_extract(
    kind: Annotated[str, typer.Argument(help=f"Which register: {KINDS}.")],
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="The extract.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Keep nothing; only say what is wrong.")] = False,
    without_faulty: Annotated[
        bool, typer.Option("--without-faulty", help="Import the rows that are right, although others are not.")
    ] = False,
) -> None:
    """Import an extract. Whoever looks something up is answered from the one before until it is whole.

    The exit code is 1, and nothing is changed, when a row has a fault.
    """
    editions = _editions()
    extract = editions.Extract(_kind(kind), file, Settings(service=SERVICE).municipality_name)
    try:
        kept = _check(extract) if dry_run else asyncio.run(_load(editions, extract, who(), without_faulty))
    except import_module("permit_guide.registers.extracts").NotAnExtract as error:
        raise Failed(str(error)) from error
    _report(extract, "can be imported" if dry_run else "imported" if kept else "read, and nothing was changed")
    if not kept:
        raise typer.Exit(1)


@app.command("list")
def show() -> None:
    """List what is loaded, and since when."""
    for edition in asyncio.run(_loaded(_editions())):
        loaded = f"{edition.loaded_at:%Y-%m-%d %H:%MZ}"
        console().print(printable(f"{edition.kind}: {edition.row_count} rows of {edition.file}, since {loaded}"))


def _editions() -> Any:
    one_of(WITHOUT_EVENTS, SERVICE)
    import_module("permit_guide.models")
    return import_module("permit_guide.registers.editions")


def _kind(text: str) -> Any:
    try:
        return import_module("permit_guide.registers.models").RegisterKind(text)
    except ValueError:
        raise typer.BadParameter(f"There is no register {text!r}. Choose from: {KINDS}.") from None


def _check(extract: Any) -> bool:
    extract.check()
    return not extract.fault_count


async def _load(editions: Any, extract: Any, operator: str, without_faulty: bool) -> bool:
    async with opened(SERVICE) as database:
        return bool(await editions.load(database, extract, operator, without_faulty))


async def _loaded(editions: Any) -> list[Any]:
    async with opened(SERVICE) as database, database.reading() as session:
        return list(await editions.loaded(session))


def _report(extract: Any, outcome: str) -> None:
    for fault in extract.faults:
        column = f", {fault.column}" if fault.column else ""
        console().print(printable(f"{extract.source.unit} {fault.line}{column}: {fault.text}"))
    if more := extract.fault_count - len(extract.faults):
        console().print(f"… and {more} more faults")
    for reason, count in extract.left_out.items():
        console().print(f"left out: {count} {reason}")
    console().print(f"{extract.kind}: {extract.row_count} rows {outcome}, {extract.fault_count} faults")
