"""What keeps an application from having the attachments that it names, and what a file is called when it is fetched."""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from eservice_intake.attachments.models import Scan
from eservice_intake.catalogue.file_types import ENDINGS
from eservice_intake.catalogue.messages import violation
from eservice_intake.settings import MEGABYTE, IntakeSettings
from shared.errors import Violation


@dataclass(frozen=True)
class Known:
    """An attachment that exists."""

    size: int
    is_used: bool
    scan: Scan


CODES = {Scan.INFECTED: "attachment_infected", Scan.FAILED: "attachment_unreadable"}


def attachment_violations(wanted: Mapping[str, UUID], known: Mapping[UUID, Known]) -> list[Violation]:
    """What keeps the answers from having the attachments they name."""
    firsts = {attachment_id: path for path, attachment_id in reversed([*wanted.items()])}
    found = [_wrong(path, known.get(id_), is_first=firsts[id_] == path) for path, id_ in wanted.items()]
    return [wrong for wrong in found if wrong is not None]


def too_much(wanted: Mapping[str, UUID], known: Mapping[UUID, Known], settings: IntakeSettings) -> list[Violation]:
    """One violation at the last file, when they are too many or too large together."""
    last, most, megabytes = [*wanted][-1:], settings.case_attachments, settings.case_attachment_megabytes
    if len(wanted) > most:
        return [violation(path, "too_many_attachments", limit=most) for path in last]
    if sum(known[id_].size for id_ in wanted.values()) > megabytes * MEGABYTE:
        return [violation(path, "attachments_too_large", limit=megabytes) for path in last]
    return []


def _wrong(path: str, attachment: Known | None, is_first: bool) -> Violation | None:
    if attachment is None:
        return violation(path, "unknown_attachment")
    if attachment.is_used:
        return violation(path, "attachment_used")
    if attachment.scan in CODES:
        return violation(path, CODES[attachment.scan])
    return None if is_first else violation(path, "duplicate")


def download_name(diary: str, question: str, content_type: str) -> str:
    """What a file is called when staff fetch it: MH-2026-000123_drawing.pdf."""
    return f"{diary}_{question.replace('.', '-')}{ENDINGS[content_type][0]}"


def with_attachment(answers: Mapping[str, Any], question: str, attachment_id: UUID) -> dict[str, Any]:
    """The answers, with that file as the answer to the question. A file that was sent in later answers none of them."""
    copy = deepcopy(dict(answers))
    if question.partition(".")[0] not in copy:
        return copy
    *path, last = [int(step) if step.isdigit() else step for step in question.split(".")]
    within: Any = copy
    for step in path:
        within = within[step]
    within[last] = str(attachment_id)
    return copy
