"""The language of an answer: `sv` or `en`."""

from typing import Annotated

from fastapi import Depends, Query, Response
from starlette.requests import HTTPConnection

from shared.events import Language


def language_of(connection: HTTPConnection) -> Language:
    """The caller's language by `Accept-Language`: English when it comes before Swedish, otherwise Swedish."""
    wanted: list[tuple[float, str]] = []
    for part in connection.headers.get("accept-language", "").split(","):
        tag, _, quality = part.strip().partition(";q=")
        try:
            if float(quality or 1) > 0:
                wanted.append((-float(quality or 1), tag[:2].lower()))
        except ValueError:
            continue
    found = next((tag for _, tag in sorted(wanted, key=lambda one: one[0]) if tag in list(Language)), Language.SWEDISH)
    return Language(found)


async def language_of_answer(
    connection: HTTPConnection,
    response: Response,
    language: Annotated[Language | None, Query(description="Instead of `Accept-Language`.")] = None,
) -> Language:
    chosen = language or language_of(connection)
    response.headers["Content-Language"] = chosen
    return chosen


Caller = Annotated[Language, Depends(language_of_answer)]
"""The language of the caller, by `?language=` or else by `Accept-Language`; the answer says which it is in."""
