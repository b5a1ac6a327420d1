"""What a service does in the background, in one process: what a role loads and makes takes memory once for all of them.

In a cluster each role is a process of its own. What they share here is their service's: settings, database, metrics.
"""

import os
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pkgutil import resolve_name

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from deploy.procfile import application

HEALTH = ("/health/live", "/health/ready")


def create_app() -> Starlette:
    """What the processes run that are named in ROLES."""
    return together([resolve_name(application(name)) for name in os.environ["ROLES"].split()])


def together(roles: Sequence[Starlette]) -> Starlette:
    """An ASGI app that runs all of them, and is live and ready when each of them is."""

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            for role in roles:
                await stack.enter_async_context(role.router.lifespan_context(role))
            yield

    async def worst(request: Request) -> Response:
        routes = [route for role in roles for route in role.routes if isinstance(route, Route)]
        answers: list[Response] = [await route.endpoint(request) for route in routes if route.path == request.url.path]
        return max(answers, key=lambda answer: answer.status_code)

    # What is measured is the process's, and told by the first for all.
    return Starlette(routes=[*(Route(path, worst) for path in HEALTH), *roles[0].routes], lifespan=lifespan)
