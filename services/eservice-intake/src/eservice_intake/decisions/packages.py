"""What a court is sent with an appeal: documents, files and the case as JSON, in a ZIP made while it is sent."""

import json
import zipfile
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from eservice_intake.attachments.models import CLOSED, Scan
from eservice_intake.attachments.rules import download_name
from eservice_intake.attachments.storage import Storage
from eservice_intake.attachments.uses import Used, files_of
from eservice_intake.cases.finding import rows_of
from eservice_intake.cases.models import Case, CaseStep, Message, SupplementRequest
from eservice_intake.catalogue.answers import read_answers
from eservice_intake.catalogue.eservices import catalogue
from eservice_intake.decisions.appeals import Appeal, NoAppeal, appeals_of
from eservice_intake.decisions.chain import Chain, chain_of
from eservice_intake.decisions.papers import appeal_document, decision_document
from eservice_intake.decisions.presentation import all_shown
from eservice_intake.documents.copies import copy_of
from eservice_intake.documents.pdf import Document, Typesetter
from eservice_intake.referrals.models import Referral
from eservice_intake.settings import IntakeSettings
from shared.database import Session
from shared.events import Language

LANGUAGE = Language.SWEDISH
"""As the file is kept."""
OF_CASE: Mapping[str, tuple[Any, set[str]]] = {
    "supplements": (SupplementRequest, {"wanted", "due_on", "requested_at", "answer", "answered_at"}),
    "opinions": (Referral, {"party_name", "question", "due_on", "asked_at", "opinion", "answered_at"}),
    "messages": (Message, {"by_applicant", "by_name", "text", "sent_at"}),
}


@dataclass(frozen=True)
class Package:
    """What there is to send, read in one transaction; the bytes of files are read when they are sent."""

    moment: date
    documents: Mapping[str, Document]
    files: Mapping[str, Used]
    described: Mapping[str, Any]


async def package_of(tx: Session, case_id: UUID, settings: IntakeSettings) -> Package:
    """Raises NoAppeal, and NotScannedYet while a file may still turn out to be clean."""
    case = await tx.get_one(Case, case_id)
    appeals, chain, used = await appeals_of(tx, case), await chain_of(tx, case), await files_of(tx, case.id)
    if not appeals:
        raise NoAppeal
    if any(one.scan_in(settings) is Scan.PENDING for one in used):
        raise CLOSED[Scan.PENDING]
    names = {str(one.attachment.id): one.attachment.filename for one in used}
    return Package(
        moment=appeals[-1].received_on,
        documents=_documents(chain, appeals[-1], names),
        files={_path(case.diary, one): one for one in used if one.scan_in(settings) not in CLOSED},
        described=await _described(tx, chain, appeals, used, settings),
    )


async def sent(package: Package, storage: Storage, typesetter: Typesetter) -> AsyncIterator[bytes]:
    """The ZIP, piece by piece. The documents are made before the first."""
    made = {name: await typesetter.as_pdf(document) for name, document in package.documents.items()}
    made["arende.json"] = json.dumps(package.described, ensure_ascii=False, indent=2, default=str).encode()
    archive = _Archive(package.moment)
    for path, used in package.files.items():
        async for piece in archive.file(path, storage.pieces(used.attachment.file_id, used.attachment.size)):
            yield piece
    for name, content in made.items():
        yield archive.document(name, content)
    yield archive.end()


class _Archive:
    """A ZIP of which what is written is sent at once. It is written to itself, as to a file that cannot be read."""

    def __init__(self, day: date) -> None:
        self._moment = (day.year, day.month, day.day, 0, 0, 0)
        self._written = bytearray()
        self._zip = zipfile.ZipFile(self, "w")

    async def file(self, path: str, pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        with self._zip.open(zipfile.ZipInfo(path, self._moment), "w", force_zip64=True) as entry:
            async for piece in pieces:
                entry.write(piece)
                yield self._taken()

    def document(self, name: str, content: bytes) -> bytes:
        self._zip.writestr(zipfile.ZipInfo(name, self._moment), content, zipfile.ZIP_DEFLATED)
        return self._taken()

    def end(self) -> bytes:
        self._zip.close()
        return self._taken()

    def write(self, content: bytes) -> int:
        self._written += content
        return len(content)

    def flush(self) -> None:
        """Nothing waits anywhere else."""

    def close(self) -> None:
        """What has not been sent stays to be."""

    def _taken(self) -> bytes:
        content, self._written = bytes(self._written), bytearray()
        return content


def _path(diary: str, used: Used) -> str:
    return f"bilagor/{download_name(diary, used.use.question, used.attachment.content_type)}"


def _documents(chain: Chain, appeal: Appeal, names: Mapping[str, str]) -> dict[str, Document]:
    decisions = {f"beslut-{one.number}.pdf": decision_document(chain.case, one, LANGUAGE) for one in chain.taken}
    copy, appealed = copy_of(chain.case, names, LANGUAGE), appeal_document(chain.case, appeal)
    return {"ansokan.pdf": copy, **decisions, "overklagande.pdf": appealed}


async def _described(
    tx: Session, chain: Chain, appeals: Sequence[Appeal], used: Sequence[Used], settings: IntakeSettings
) -> dict[str, Any]:
    """The case for programs."""
    case = chain.case
    names = {str(one.attachment.id): one.attachment.filename for one in used}
    answers = read_answers(catalogue().sent_with(case), case.answers, LANGUAGE, names)
    steps, decisions = await rows_of(tx, CaseStep, case), await all_shown(tx, chain, LANGUAGE)
    return {
        **case.model_dump(include={"reference", "eservice", "kind", "unit", "received_at"}),
        "diary_number": case.diary,
        "answers": [{"heading": one.heading, "answers": [vars(answer) for answer in one.answers]} for one in answers],
        "attachments": [_file(case.diary, one, settings) for one in used],
        "decisions": [one.model_dump(mode="json") for one in decisions if not one.is_proposal],
        "appeals": [one.model_dump(mode="json", exclude={"case_id", "decision_id"}) for one in appeals],
        "timeline": [{"step": step.step, "by": step.by_name, "at": step.at} for step in steps],
        **{
            name: [row.model_dump(include=shown_of) for row in await rows_of(tx, model, case)]
            for name, (model, shown_of) in OF_CASE.items()
        },
    }


def _file(diary: str, used: Used, settings: IntakeSettings) -> dict[str, Any]:
    """A file that is closed is named, and not in the package."""
    scan = used.scan_in(settings)
    path = None if scan in CLOSED else _path(diary, used)
    return {"filename": used.attachment.filename, "question": used.use.question, "scan": scan, "path": path}
