"""What surrounds a system and is embedded with it: a mail server that keeps the mail, and an OpenID issuer."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiosmtpd.handlers import Mailbox
from aiosmtpd.smtp import SMTP
from starlette.applications import Starlette

from deploy.embedded import mail_page
from deploy.embedded.issuer import HEALTH, local_issuer
from shared.logging import configure_logging
from shared.settings import Settings

settings = Settings(service="peers")
issuer = local_issuer(settings)
MAIL = settings.data_dir / "mail"


@asynccontextmanager
async def lifespan(_: Starlette) -> AsyncIterator[None]:
    configure_logging(settings.service, settings.log_level)
    port = os.environ.get("EMBEDDED_SMTP_PORT")
    if port is None:
        yield
        return
    handler = Mailbox(MAIL)
    server = await asyncio.get_running_loop().create_server(
        lambda: SMTP(handler, enable_SMTPUTF8=True), "127.0.0.1", int(port)
    )
    async with server:
        yield


app = Starlette(
    routes=[*HEALTH, *mail_page.routes(MAIL), *issuer.routes()],
    lifespan=lifespan,
)
