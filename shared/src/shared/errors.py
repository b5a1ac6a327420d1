"""What a caller may be told. Each error is a situation: its docstring is the English text, `sv` the Swedish."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True)
class Text:
    """One sentence in the languages callers read."""

    sv: str
    en: str

    def in_language(self, language: str) -> str:
        return self.en if language == "en" else self.sv


def in_numbers(value: float) -> Text:
    """A number as each language writes it: 10 000 and 0,01; 10,000 and 0.01."""
    english = f"{value:,}"
    return Text(sv=english.replace(",", "\u00a0").replace(".", ","), en=english)


@dataclass(frozen=True)
class Violation:
    """One thing wrong with one field. `code` is for programs and never translated."""

    field: str
    code: str
    message: Text


class FieldError(ValueError):
    """Raise it in a model's validator to say in both languages what is wrong with the field."""

    def __init__(self, code: str, sv: str, en: str) -> None:
        super().__init__(en)
        self.code = code
        self.text = Text(sv=sv, en=en)


class DomainError(Exception):
    """The request could not be carried out."""

    status: ClassVar[int] = 400
    sv: ClassVar[str] = "Begäran kunde inte utföras."
    violations: tuple[Violation, ...] = ()
    headers: ClassVar[dict[str, str]] = {}
    concerns_security: ClassVar[bool] = False

    @property
    def code(self) -> str:
        return type(self).__name__

    @property
    def text(self) -> Text:
        return Text(sv=self.sv, en=" ".join((type(self).__doc__ or "").split()))


class NotFound(DomainError):
    """There is no such thing here."""

    status = 404
    sv = "Det finns inget sådant här."


class Conflict(DomainError):
    """The state of the thing does not allow this."""

    status = 409
    sv = "Det går inte i det läge ärendet är nu."


class Gone(DomainError):
    """It is no longer available."""

    status = 410
    sv = "Det finns inte längre."


class Unauthorized(DomainError):
    """Sign in: the request needs a valid staff token in `Authorization: Bearer …`."""

    status = 401
    concerns_security = True
    sv = "Logga in: begäran kräver en giltig personaltoken i `Authorization: Bearer …`."
    headers: ClassVar[dict[str, str]] = {"WWW-Authenticate": "Bearer"}


class Forbidden(DomainError):
    """Your role does not allow this."""

    status = 403
    concerns_security = True
    sv = "Din roll tillåter inte detta."


class TooManyRequests(DomainError):
    """Too many requests. Wait a while and try again."""

    status = 429
    concerns_security = True
    sv = "För många försök. Vänta en stund och försök igen."
    headers: ClassVar[dict[str, str]] = {"Retry-After": "60"}


class Unavailable(DomainError):
    """The service cannot answer right now. Nothing was saved: send it again in a moment."""

    status = 503
    sv = "Tjänsten kan inte svara just nu. Inget har sparats: skicka det igen om en stund."
    headers: ClassVar[dict[str, str]] = {"Retry-After": "5"}


class Invalid(DomainError):
    """Some of what you sent is not right. See `violations`."""

    status = 422
    sv = "En del av det du skickade stämmer inte. Se `violations`."

    def __init__(self, *violations: Violation) -> None:
        super().__init__()
        self.violations = violations
