"""What surrounds a system and is embedded with it: a mail server that keeps the mail, and an OpenID issuer."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiosmtpd.handlers import Mailbox
from aiosmtpd.smtp import SMTP
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route

from deploy.embedded import mail_page
from deploy.embedded.issuer import LocalIssuer
from shared.logging import configure_logging
from shared.settings import Mode, Settings

settings = Settings(service="peers")
if settings.mode is not Mode.EMBEDDED:
    raise SystemExit("The local issuer lets anybody in: it starts only with MODE=embedded.")

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


async def health(_: object) -> JSONResponse:
    return JSONResponse({"status": "ok"})


app = Starlette(
    routes=[
        Route("/health/ready", health),
        *mail_page.routes(MAIL),
        *LocalIssuer(os.environ["EMBEDDED_ISSUER"], settings.oidc_audience, settings.data_dir / "issuer.json").routes(),
    ],
    lifespan=lifespan,
)
