"""Two who edit at once: an edit says which version was read, and the second of two is refused (RFC 9110, 13.1.1)."""

from typing import Annotated, ClassVar

from fastapi import Depends, Header

from shared.errors import DomainError, Text, Violation

WRONG = Violation(
    "If-Match",
    "etag",
    Text(
        sv='Ange ETag från svaret du läste, till exempel "3".', en='Give the ETag of what you have read, such as "3".'
    ),
)


class VersionMissing(DomainError):
    """Say which version you have read: send its ETag as If-Match."""

    status: ClassVar[int] = 428
    sv: ClassVar[str] = "Tala om vilken version du har läst: skicka dess ETag som If-Match."


class Changed(DomainError):
    """Somebody changed it after you read it, so nothing was done now. Read it again: `violations` say what changed."""

    status: ClassVar[int] = 412
    sv: ClassVar[str] = (
        "Någon ändrade det efter att du läste det, så inget gjordes nu. Läs det igen: `violations` säger vad."
    )

    def __init__(self, *changes: Violation) -> None:
        super().__init__()
        self.violations = changes


def etag(version: int) -> str:
    return f'"{version}"'


async def _version_read(
    if_match: Annotated[str, Header(description="The ETag of what you have read.", examples=['"3"'])] = "",
) -> int:
    """Raises VersionMissing, and Changed for what was never an ETag of ours."""
    if not if_match:
        raise VersionMissing
    digits = if_match.strip().removeprefix("W/").strip('"')
    if not (digits.isascii() and digits.isdigit() and len(digits) < 10):
        raise Changed(WRONG)
    return int(digits)


VersionRead = Annotated[int, Depends(_version_read)]
"""The version that the caller has read, by `If-Match`."""
