"""Parts of what is saved, as JSON."""

from typing import Any

import sqlalchemy as sa
from pydantic import BaseModel


class JsonOf(sa.TypeDecorator[BaseModel]):
    """One part of an ad, kept as JSON. What was saved is read as it is, whatever a form may hold today."""

    impl = sa.JSON
    cache_ok = True

    def __init__(self, part: type[BaseModel]) -> None:
        super().__init__()
        self.part = part

    def process_bind_param(self, value: BaseModel | None, dialect: sa.Dialect) -> Any:
        return value.model_dump(mode="json") if value is not None else None

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> BaseModel | None:
        return self.part.model_construct(**value) if value is not None else None
