"""Records that a consumer set aside: read them, and hand them to that consumer again."""

import asyncio
import json
from collections.abc import Iterable, Sequence
from typing import Annotated

import typer
from rich.table import Table
from sqlmodel import select

from bus.kafka import open_producer
from operations.console import Failed, console, known, opened, printable, progress, who
from operations.dead_letter_topic import DeadLetter, read_dead_letters, send_again
from shared.settings import Settings
from shared.tables import AuditEntry

REPLAY = "replay dead letter"
SHOW = "show dead letter"
CHUNK = 500

Group = Annotated[str, typer.Option(callback=known, metavar="SERVICE", help="The consumer that set them aside.")]
AsJson = Annotated[bool, typer.Option("--json", help="As JSON, for programs.")]

app = typer.Typer(help="Records that a consumer set aside: list them, show one, replay them.", no_args_is_help=True)


@app.command("list")
def show_all(group: Group = "notifications", as_json: AsJson = False) -> None:
    """List what was set aside, oldest first."""
    letters, replayed = asyncio.run(_letters_and_replayed(group))
    rows = [{**letter.summary(), "replayed": "yes" if letter.identity in replayed else "no"} for letter in letters]
    if as_json:
        typer.echo(json.dumps(rows, indent=2, ensure_ascii=False))
    elif rows:
        table = Table(*rows[0])
        for row in rows:
            table.add_row(*map(printable, row.values()))
        console().print(table)
    else:
        console().print(f"{group} has set nothing aside")


@app.command("show")
def show_one(identifier: Annotated[str, typer.Argument(metavar="ID")], group: Group = "notifications") -> None:
    """Show the headers and the value of one record, by its id in `list`.

    It is written to the audit of the consumer's service.
    """
    operator = who()
    [letter] = _named(asyncio.run(read_dead_letters(Settings(service=group))), [identifier])
    asyncio.run(_note(operator, SHOW, group, [letter]))
    typer.echo("What follows may be personal data: do not copy it into tickets or chats.", err=True)
    for name, value in [*letter.record.headers, ("key", letter.record.key or b"")]:
        typer.echo(f"{printable(name)}: {printable(value.decode(errors='backslashreplace'))}")
    typer.echo("\n" + printable((letter.record.value or b"").decode(errors="backslashreplace")))


@app.command("replay")
def replay(
    identifiers: Annotated[list[str] | None, typer.Argument(metavar="[ID]...")] = None,
    group: Group = "notifications",
    everything: Annotated[bool, typer.Option("--all", help="All that were not replayed before.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say which.")] = False,
) -> None:
    """Hand records, by their ids in `list`, to the consumer that set them aside and to no other, as they first were.

    Each is written to the audit of the consumer's service.
    """
    if bool(identifiers) == everything:
        raise typer.BadParameter("Name the records to replay, or give --all.")
    letters, replayed = asyncio.run(_letters_and_replayed(group))
    unseen = [letter for letter in letters if letter.identity not in replayed]
    chosen = _named(letters, identifiers) if identifiers else unseen
    if not dry_run:
        operator = who()
        with progress() as bar:
            asyncio.run(_replay(operator, group, bar.track(_chunks(chosen), description="replaying")))
    for letter in chosen:
        console().print(printable(f"{letter.id}  {letter.type or 'no type'}  {letter.origin}"))
    console().print(f"{len(chosen)} records {'would be sent' if dry_run else 'sent'} to {group} again")


def _chunks(letters: Sequence[DeadLetter]) -> list[Sequence[DeadLetter]]:
    return [letters[start : start + CHUNK] for start in range(0, len(letters), CHUNK)]


async def _replay(operator: str, group: str, chunks: Iterable[Sequence[DeadLetter]]) -> None:
    settings = Settings(service=group)
    async with open_producer(settings) as producer:
        for chunk in chunks:
            await send_again(settings, producer, chunk)
            await _note(operator, REPLAY, group, chunk)


async def _note(operator: str, action: str, group: str, letters: Sequence[DeadLetter]) -> None:
    async with opened(group) as database, database.transaction() as tx:
        for letter in letters:
            details = {
                "partition": letter.record.partition,
                "offset": letter.record.offset,
                "event_id": letter.event_id,
                "identity": letter.identity,
            }
            tx.audit(operator, action, **details)


async def _letters_and_replayed(group: str) -> tuple[list[DeadLetter], set[tuple[str, ...]]]:
    letters = await read_dead_letters(Settings(service=group))
    async with opened(group) as database, database.reading() as session:
        entries = await session.exec(select(AuditEntry).where(AuditEntry.action == REPLAY))
        return letters, {tuple(entry.details["identity"]) for entry in entries}


def _named(letters: Sequence[DeadLetter], identifiers: Sequence[str]) -> list[DeadLetter]:
    by_id = {letter.id: letter for letter in letters}
    if missing := [identifier for identifier in identifiers if identifier not in by_id]:
        raise Failed(f"There is no dead letter {', '.join(missing)}. See `kommunbuss dead-letters list`.")
    return [by_id[identifier] for identifier in dict.fromkeys(identifiers)]
