"""Routes whose POSTs honour `Idempotency-Key`. What a handler takes decides how it is saved."""

from typing import Any

from fastapi import APIRouter
from fastapi.routing import APIRoute

from shared.http.submissions import SubmissionHandler, is_submission
from shared.http.transaction import Handler, transaction_handler


class Route(APIRoute):
    """A handler that takes a `Submission` shares a commit; any other has a transaction of its own, or none."""

    def get_route_handler(self) -> Handler:
        if is_submission(self.endpoint):
            return SubmissionHandler(self).__call__
        return transaction_handler(super().get_route_handler())


class Router(APIRouter):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"route_class": Route, **kwargs})
