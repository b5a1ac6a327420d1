"""Personal identity numbers as they are kept: sealed with keys that rotate, and found by a keyed hash."""

import hashlib
import hmac
import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import date

from cryptography.fernet import Fernet, MultiFernet

from eservice_intake.catalogue.definitions import SEALED, FormField
from eservice_intake.identity_settings import IdentitySettings
from shared.errors import FieldError
from shared.identifiers import personal_number

Answers = Mapping[str, object]
NUMBERED = ("personnr", "orgnr")
"""Types of answers that may be a personal identity number: a sole trader's organisation number is one."""
SHORTEST = 10
_LIKE_ONE = re.compile(r"(?<![\w-])(?:\d\d)?\d{6}\W?\d{4}(?![\w-])")


class Seal:
    """Seals numbers with the newest key, and opens what any of the keys has sealed."""

    def __init__(self, settings: IdentitySettings) -> None:
        keys = settings.identity_keys.get_secret_value().split(",")
        self._keys = MultiFernet([Fernet(key.strip()) for key in keys])
        self._hash_key = settings.identity_hash_key.get_secret_value().encode()

    def sealed(self, number: str) -> str:
        return self._keys.encrypt(number.encode()).decode()

    def opened(self, sealed: str) -> str:
        return self._keys.decrypt(sealed.encode()).decode()

    def renewed(self, sealed: str) -> str:
        """The same number, sealed with the newest key."""
        return self._keys.rotate(sealed.encode()).decode()

    def hash_of(self, number: str) -> str:
        """What a number of twelve digits is found by."""
        return hmac.new(self._hash_key, number.encode(), hashlib.sha256).hexdigest()

    def of_answers(self, fields: Sequence[FormField], answers: Answers) -> dict[str, object]:
        """The answers with every personal identity number sealed."""
        return _changed(fields, answers, self._sealed_if_personal)

    def opened_answers(self, fields: Sequence[FormField], answers: Answers) -> dict[str, object]:
        """The answers as they were written."""
        return _changed(fields, answers, lambda answer: self.opened(answer) if is_sealed(answer) else answer)

    def covered_answers(self, fields: Sequence[FormField], answers: Answers) -> dict[str, object]:
        """The answers for others: of a personal identity number they are shown that there is one."""
        return _changed(fields, answers, lambda answer: COVERED if is_sealed(answer) else answer)

    def renewed_answers(self, fields: Sequence[FormField], answers: Answers) -> dict[str, object]:
        """The answers, sealed with the newest key."""
        return _changed(fields, answers, lambda answer: self.renewed(answer) if is_sealed(answer) else answer)

    def _sealed_if_personal(self, answer: str) -> str:
        return self.sealed(answer) if is_personal(answer) else answer


COVERED = "•" * 12


def is_sealed(answer: object) -> bool:
    return isinstance(answer, str) and answer.startswith(SEALED)


def is_personal(answer: str) -> bool:
    """Whether what somebody wrote as such a number is a person's: its month tells it from an organisation's."""
    digits = [character for character in answer if character.isdigit()]
    return len(digits) < SHORTEST or int(digits[-8]) < 2


def is_of_a_trader(number: str) -> bool:
    """Whether a company's number, as it is kept, is a person's. Of one abroad (`FI 1234567-8`) nobody can tell."""
    return number.isdecimal() and is_personal(number)


def numbers_in(fields: Sequence[FormField], answers: Answers, today: date) -> set[str]:
    """The personal identity numbers in the answers, with twelve digits. What somebody has mistyped is none."""
    found: set[str] = set()

    def note(answer: str) -> str:
        if is_personal(answer):
            with suppress(FieldError):
                found.add(personal_number(answer, today))
        return answer

    _changed(fields, answers, note)
    return found


def numbers_written_in(text: str, today: date) -> dict[str, str]:
    """What is written like a personal identity number in a text and can be one, with the number in twelve digits."""
    found: dict[str, str] = {}
    for written in _LIKE_ONE.findall(text):
        with suppress(FieldError):
            found[written] = personal_number(written, today)
    return found


def _changed(fields: Sequence[FormField], answers: Answers, change: Callable[[str], str]) -> dict[str, object]:
    """The answers, with each that may be a personal identity number as `change` gives it."""
    found = dict(answers)
    for field in fields:
        answer = answers.get(field.name)
        if field.type in NUMBERED and isinstance(answer, str):
            found[field.name] = change(answer)
        elif field.fields is not None and isinstance(answer, list):
            found[field.name] = [_changed_row(field.fields, row, change) for row in answer]
    return found


def _changed_row(fields: Sequence[FormField], row: object, change: Callable[[str], str]) -> object:
    return _changed(fields, row, change) if isinstance(row, dict) else row
