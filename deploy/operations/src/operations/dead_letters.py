"""Records that a consumer set aside: read them, have them handled again, or give them up."""

import asyncio
import json
from collections.abc import Callable, Sequence
from typing import Annotated
from uuid import UUID

import typer
from sqlmodel import col, select

from operations.console import console, one_of, opened, printable, who
from shared.clock import now
from shared.columns import without
from shared.database import Session
from shared.dead_letters import LONGEST_REASON, READERS, DeadLetter, DeadLetterStatus, locked


def _reader(service: str) -> str:
    return one_of(READERS, service)


def _reason(text: str) -> str:
    if not 0 < len(text.strip()) <= LONGEST_REASON:
        raise typer.BadParameter(f"Give a reason of at most {LONGEST_REASON} characters.")
    return text.strip()


Group = Annotated[str, typer.Option(callback=_reader, metavar="SERVICE", help="The consumer that set them aside.")]
Reason = Annotated[str, typer.Option(callback=_reason, help="Why nobody is to handle them. No personal data.")]
AsJson = Annotated[bool, typer.Option("--json", help="As JSON, for programs.")]
Identifiers = Annotated[list[UUID], typer.Argument(metavar="ID...")]

app = typer.Typer(
    help="Records that a consumer set aside: list them, show one, replay or discard them.", no_args_is_help=True
)


@app.command("list")
def show_all(group: Group = "notifications", as_json: AsJson = False) -> None:
    """List what was set aside, oldest first."""
    letters = asyncio.run(_listed(group))
    if as_json:
        typer.echo(json.dumps([_summary(letter) for letter in letters], indent=2))
    elif letters:
        typer.echo(printable("\n".join(map(_lines, letters))))
    else:
        console().print(f"{group} has set nothing aside")


@app.command("show")
def show_one(identifier: Annotated[UUID, typer.Argument(metavar="ID")], group: Group = "notifications") -> None:
    """Show the headers and the value of one record, by its id in `list`.

    It is written to the audit of the consumer's service.
    """
    operator = who()
    [letter] = asyncio.run(
        _each(group, [identifier], lambda letter, tx: letter.audit(tx, operator, "show dead letter"))
    )
    typer.echo("What follows may be personal data: do not copy it into tickets or chats.", err=True)
    typer.echo(printable(_lines(letter)))
    for name, value in [*letter.headers.items(), ("key", letter.key)]:
        typer.echo(printable(f"{name}: {value}"))
    typer.echo("\n" + printable(letter.value.decode(errors="backslashreplace")))


@app.command("replay")
def replay(
    identifiers: Annotated[list[UUID] | None, typer.Argument(metavar="[ID]...")] = None,
    group: Group = "notifications",
    everything: Annotated[bool, typer.Option("--all", help="All that wait.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say which.")] = False,
) -> None:
    """Hand records, by their ids in `list`, to the consumer that set them aside and to no other, as they first were.

    Each is written to the audit of the consumer's service.
    """
    if bool(identifiers) == everything:
        raise typer.BadParameter("Name the records to replay, or give --all.")
    chosen = identifiers or [one.id for one in asyncio.run(_listed(group)) if one.status is DeadLetterStatus.WAITING]
    operator = "" if dry_run else who()
    step: Step = (lambda letter, tx: None) if dry_run else (lambda letter, tx: letter.replay(tx, operator, now()))
    for letter in asyncio.run(_each(group, chosen, step)):
        typer.echo(printable(_lines(letter)))
    console().print(f"{len(chosen)} records {'would be' if dry_run else 'are'} handed to {group} again by its relay")


@app.command("discard")
def discard(
    identifiers: Identifiers,
    reason: Reason,
    group: Group = "notifications",
) -> None:
    """Give records up, by their ids in `list`. Each is written to the audit of its service with the reason."""
    operator = who()
    asyncio.run(_each(group, identifiers, lambda letter, tx: letter.discard(tx, operator, reason, now())))
    console().print(f"{len(identifiers)} records are discarded")


Step = Callable[[DeadLetter, Session], None]


async def _listed(group: str) -> Sequence[DeadLetter]:
    """All of them, without what they hold."""
    oldest = col(DeadLetter.set_aside_at), col(DeadLetter.id)
    query = select(DeadLetter).options(without(DeadLetter.value)).order_by(*oldest)
    async with opened(group) as database, database.reading() as session:
        return (await session.exec(query)).all()


async def _each(group: str, identifiers: Sequence[UUID], step: Step) -> list[DeadLetter]:
    """Take the step with each of them, all or none."""
    done = []
    async with opened(group) as database, database.transaction() as tx:
        for identifier in dict.fromkeys(identifiers):
            done.append(await locked(tx, identifier))
            step(done[-1], tx)
    return done


def _lines(letter: DeadLetter) -> str:
    """A letter within 80 columns, unless its reason is longer."""
    return (
        f"{letter.id}  {letter.status}  {letter.set_aside_at:%Y-%m-%d %H:%M:%SZ}\n"
        f"  {letter.type or 'no type'}\n  {letter.origin}\n  {letter.error}, {letter.attempts} tries"
    )


def _summary(letter: DeadLetter) -> dict[str, object]:
    told = {"id": str(letter.id), "type": letter.type, "origin": letter.origin, "status": letter.status}
    event_id = str(letter.event_id) if letter.event_id else None
    return {
        **told,
        "event_id": event_id,
        "error": letter.error,
        "attempts": letter.attempts,
        "at": letter.set_aside_at.isoformat(),
    }
