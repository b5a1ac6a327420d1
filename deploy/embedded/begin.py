"""What an embedded system begins with. It runs with that system's settings, in a process of its own that ends."""

import asyncio
from collections.abc import Sequence

from deploy.embedded.later import pass_days
from deploy.embedded.registers import import_samples
from deploy.embedded.sample_cases import send_cases
from deploy.embedded.samples import send_samples
from deploy.submissions import Apis


def begin(apis: Sequence[str], issuer: str) -> None:
    """Send it in where there is nothing. Raises httpx.HTTPError when it is refused."""
    asyncio.run(_begin(Apis(*apis), issuer))


async def _begin(apis: Apis, issuer: str) -> None:
    """One goes on when the other is refused: what is half done would stay so."""
    sending = send_samples(apis, issuer), send_cases(apis, issuer, pass_days), import_samples()
    for ended in await asyncio.gather(*sending, return_exceptions=True):
        if isinstance(ended, BaseException):
            raise ended
