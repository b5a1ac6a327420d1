"""`kommunbuss`: what operations do by hand. What changes anything leaves an audit entry in the service's database."""

import logging

import typer

from operations import audit, contracts, databases, dead_letters, deliveries, identities, outbox, registers, topics
from operations.console import PlainGroup

app = typer.Typer(
    cls=PlainGroup,
    help="Operate Kommunbuss: databases, topics, outbox, audit, dead letters, mails, registers, the contracts.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


@app.callback()
def quieten() -> None:
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)


app.command("migrate")(databases.migrate_services)
app.command("topics")(topics.create)
app.command("outbox")(outbox.show)
app.command("replay")(outbox.replay)
app.command("audit")(audit.show)
app.command("reseal")(identities.reseal)
app.add_typer(dead_letters.app, name="dead-letters")
app.add_typer(deliveries.app, name="deliveries")
app.add_typer(registers.app, name="registers")
app.command("openapi")(contracts.openapi)
app.command("asyncapi")(contracts.asyncapi)
