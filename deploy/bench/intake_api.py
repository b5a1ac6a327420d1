"""eservice-intake's API, publishing on the bench's own topic."""

from deploy.bench import own_topics  # noqa: F401  # it changes where the events go
from eservice_intake.app import api

__all__ = ["api"]
