"""Words that people read, in each language, and the strictness of files that have them."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints

from shared.errors import Text
from shared.events import Language

Words = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]

Role = Literal["caseworker", "unit-head", "registrator", "administrator"]


class Model(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Labelled(Model):
    """Something people read, in both languages."""

    sv: Words
    en: Words

    @property
    def text(self) -> Text:
        return Text(sv=self.sv, en=self.en)

    @property
    def in_languages(self) -> dict[Language, str]:
        return {Language.SWEDISH: self.sv, Language.ENGLISH: self.en}
