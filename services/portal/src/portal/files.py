"""Files of the services, passed on as they are: saved by the browser, unless staff look at a document `inline`."""

from collections.abc import Mapping
from typing import Protocol

from starlette.responses import Response

KEPT = ("content-disposition", "content-language", "content-type", "x-malware-scan")


class Fetched(Protocol):
    @property
    def content(self) -> bytes: ...

    @property
    def headers(self) -> Mapping[str, str]: ...


def passed_on(answer: Fetched, inline: bool = False) -> Response:
    headers = {name: answer.headers[name] for name in KEPT if name in answer.headers}
    if inline:
        headers["content-disposition"] = headers["content-disposition"].replace("attachment", "inline", 1)
    return Response(answer.content, headers=headers)
