"""A mail server that keeps what it accepts in a Maildir: `python -m deploy.embedded.mail_server PORT MAILDIR`."""

import asyncio
import logging
import sys
from pathlib import Path

from aiosmtpd.handlers import Mailbox
from aiosmtpd.smtp import SMTP


async def serve(port: int, maildir: Path) -> None:
    logging.getLogger("mail.log").setLevel(logging.WARNING)  # below that it holds every recipient
    mailbox = Mailbox(maildir)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(mailbox, enable_SMTPUTF8=True), "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), Path(sys.argv[2])))
