"""Files of the services, passed on as they are: saved by the browser, and never shown as a page of ours."""

from collections.abc import Mapping
from typing import Protocol

from starlette.responses import Response

KEPT = ("content-disposition", "content-language", "content-type")


class Fetched(Protocol):
    @property
    def content(self) -> bytes: ...

    @property
    def headers(self) -> Mapping[str, str]: ...


def passed_on(answer: Fetched) -> Response:
    headers = {name: answer.headers[name] for name in KEPT if name in answer.headers}
    return Response(answer.content, headers=headers)
