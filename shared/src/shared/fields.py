"""The fields of forms: what callers write is tidied and judged the same way in every service.

JSON's own types are read as JSON Schema says: "1" is not a number, 1 is not a yes, and a time is RFC 3339's.
"""

import re
from collections.abc import Callable
from datetime import date
from typing import Annotated, Any

from pydantic import (
    AllowInfNan,
    AnyHttpUrl,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    Strict,
    StringConstraints,
    TypeAdapter,
)
from pydantic import ValidationError as PydanticError
from pydantic.json_schema import Examples
from pydantic_core import PydanticKnownError

from shared import identifiers, text

_web_address = TypeAdapter(AnyHttpUrl)
_DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME = re.compile(rf"{_DAY.pattern}[Tt][0-9:]{{8}}(\.[0-9]{{1,9}})?([Zz]|[+-][0-9]{{2}}:[0-9]{{2}})?")


def _url(value: str) -> str:
    try:
        return str(_web_address.validate_python(text.line(value)))
    except PydanticError:
        raise text.wrong("url") from None


def _first(read: Callable[[str], str]) -> BeforeValidator:
    """Reads a text before its limits are checked, because NFC can lengthen a text."""

    def as_read(value: Any) -> Any:
        return read(value) if isinstance(value, str) else value

    return BeforeValidator(as_read)


def _day(value: Any) -> Any:
    if isinstance(value, date) or (isinstance(value, str) and _DAY.fullmatch(value)):
        return value
    raise PydanticKnownError("date_type")


def _time(value: Any) -> Any:
    if isinstance(value, date) or (isinstance(value, str) and _TIME.fullmatch(value)):
        return value
    raise PydanticKnownError("datetime_type")


Integer = Annotated[int, Strict()]
Number = Annotated[float, Strict(), AllowInfNan(False)]
YesOrNo = Annotated[bool, Strict()]
Day = Annotated[date, BeforeValidator(_day)]
Time = Annotated[AwareDatetime, BeforeValidator(_time)]
Line = Annotated[str, StringConstraints(min_length=1), _first(text.line)]
"""One line with something on it."""
Prose = Annotated[str, StringConstraints(min_length=1), _first(text.prose)]
"""Text of several lines."""
Code = Annotated[str, _first(text.code)]
Email = Annotated[
    str,
    StringConstraints(max_length=identifiers.LONGEST_EMAIL),
    _first(identifiers.email),
    Field(json_schema_extra={"format": "email"}),
    Examples(["karin@example.com"]),
]
Phone = Annotated[str, _first(identifiers.phone), Examples(["070-123 45 67"])]
OrganisationNumber = Annotated[str, _first(identifiers.organisation_number), Examples(["556000-4615"])]
CompanyNumber = Annotated[str, _first(identifiers.company_number), Examples(["556000-4615", "FI 1234567-8"])]
"""Of a company in any country."""
PropertyDesignation = Annotated[str, _first(identifiers.property_designation), Examples(["Lockne-Byn 2:15"])]
WebAddress = Annotated[
    str,
    StringConstraints(max_length=2000),
    _first(_url),
    Field(json_schema_extra={"format": "uri"}),
    Examples(["https://example.com/"]),
]
"""An http or https address."""


class ForeignCompany(BaseModel):
    """A company that is registered in another country, which may have no Swedish number."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    country: Annotated[
        str,
        _first(identifiers.foreign_country),
        Field(json_schema_extra={"enum": list(identifiers.FOREIGN_COUNTRIES)}),
        Examples(["FI"]),
    ]
    number: Annotated[
        str,
        StringConstraints(
            min_length=identifiers.SHORTEST_FOREIGN_NUMBER,
            max_length=identifiers.LONGEST_FOREIGN_NUMBER,
            pattern="[0-9A-Za-z]",
        ),
        _first(identifiers.foreign_number),
        Examples(["1234567-8"]),
    ]
