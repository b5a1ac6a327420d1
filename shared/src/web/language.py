"""The language of an answer: `sv` or `en`."""

from operator import itemgetter
from typing import Annotated

from fastapi import Depends, Query, Response
from starlette.requests import HTTPConnection

from shared.events import Language


def language_of(connection: HTTPConnection) -> Language:
    """The caller's language by `Accept-Language`: English when it comes before Swedish, otherwise Swedish."""
    parts = [part.strip().partition(";q=") for part in connection.headers.get("accept-language", "").split(",")]
    wanted = [(_quality(quality), tag[:2].lower()) for tag, _, quality in parts]
    wanted = [one for one in wanted if one[0] > 0 and one[1] in list(Language)]
    return Language(max(wanted, key=itemgetter(0), default=(1, Language.SWEDISH))[1])


def _quality(text: str) -> float:
    try:
        return float(text or 1)
    except ValueError:
        return 0


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
