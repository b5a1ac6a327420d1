"""What varies between places in e-services alone."""

import re
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, model_validator
from pydantic_settings import NoDecode

from eservice_intake.identity_settings import IdentitySettings
from shared.fields import Email
from shared.formats import LOCAL, Rate, WebAddress

MEGABYTE = 1024 * 1024
TYPES = ("pdf", "png", "jpg", "heic", "docx", "xlsx", "odt", "ods")
CLEAR = {
    "storage": "S3_ENDPOINT must start with https://",
    "scanner": "CLAMAV_URL names another machine, and clamd has no TLS: let it listen on a socket here (unix://)",
    "lookups": "LOOKUPS_URL must start with https://",
}
"""What MODE=production refuses, and the remedy."""


def _bucket(text: str) -> str:
    if not re.fullmatch("s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[A-Za-z0-9._/-]*)?", text):
        raise ValueError("write s3://bucket or s3://bucket/folder; for the folder in DATA_DIR, leave it out")
    return text


def _scanner(text: str) -> str:
    parts = urlsplit(text)
    is_socket = parts.scheme == "unix" and parts.path and not parts.netloc
    if not is_socket and (parts.scheme != "tcp" or not parts.hostname or not parts.port):
        raise ValueError("write tcp://host:3310 or unix:///run/clamav/clamd.ctl")
    return text


def _by_type(value: str | dict[str, int]) -> dict[str, int]:
    """As `docx=5,heic=8`: so many megabytes, by how the name of such a file ends."""
    if not isinstance(value, str):
        return value
    parts = [re.fullmatch(r"([a-z]+)=([1-9]\d{0,3})", part.strip()) for part in value.split(",")]
    found = {part[1]: int(part[2]) for part in parts if part and part[1] in TYPES}
    if len(found) < len(parts):
        raise ValueError(f"write for example docx=5,heic=8: megabytes, for any of {', '.join(TYPES)}")
    return found


class IntakeSettings(IdentitySettings):
    """The settings of eservice-intake's processes: these, and those that every service has."""

    service: str = "eservice-intake"

    draft_limit: Rate = Field("30/hour", description="Drafts that a client may begin.")
    draft_megabytes: int = Field(1_000, ge=1, description="What is kept of drafts in all. Each goes after 14 days.")

    county_board_email: Email | None = Field(
        None, description="Where copies of notifications of class C go by themselves. Without it staff send them."
    )

    attachments_url: Annotated[str, AfterValidator(_bucket)] | None = Field(
        None, description="s3://bucket[/folder]. Without it attachments are in the folder `attachments` of DATA_DIR."
    )
    s3_endpoint: WebAddress | None = Field(None, description="Where the bucket is, unless it is at AWS.")
    s3_region: str = "eu-north-1"
    s3_access_key_id: str | None = None
    s3_secret_access_key: SecretStr | None = None

    attachment_type_megabytes: Annotated[dict[str, int], NoDecode, BeforeValidator(_by_type)] = Field(
        {}, description="Less than MAX_ATTACHMENT_BYTES for some types: docx=5,heic=8."
    )
    case_attachments: int = Field(100, ge=1, description="Files that one case may have.")
    case_attachment_megabytes: int = Field(200, ge=1, description="What the files of one case may be together.")

    clamav_url: Annotated[str, AfterValidator(_scanner)] | None = Field(
        None,
        description="The clamd that scans attachments: tcp://host:3310 or unix:///run/clamav/clamd.ctl. Without it "
        "nothing is scanned, and whoever fetches a file is told so.",
    )
    scan_seconds: float = Field(60, gt=0, le=600, description="How long the scan of one file may take.")
    scan_attempts: int = Field(5, ge=1, description="Scans of a file that fail before it is taken for unreadable.")
    scan_retry_seconds: float = Field(30, gt=0, description="The wait after a failed scan; doubles to an hour.")

    lookups_url: WebAddress | None = Field(
        None, description="permit-guide's internal port, asked what registers know. Without it nothing is checked."
    )
    lookup_milliseconds: int = Field(
        300, ge=10, le=5_000, description="How long somebody who sends in waits for registers at most."
    )

    typesetter_socket: Path | None = Field(
        None, description="Where the typesetter listens that makes PDFs. Without it the API makes them, with Typst."
    )

    @model_validator(mode="after")
    def _attachments_encrypted_in_production(self) -> Self:
        allowed = {name.strip() for name in self.unencrypted.split(",")}
        endpoint, scanner = urlsplit(self.s3_endpoint or ""), urlsplit(self.clamav_url or "")
        lookups = urlsplit(self.lookups_url or "")
        found = {
            "storage": endpoint.scheme == "http" and endpoint.hostname not in LOCAL,
            "scanner": scanner.scheme == "tcp" and scanner.hostname not in LOCAL,
            "lookups": lookups.scheme == "http" and lookups.hostname not in LOCAL,
        }
        remedies = [CLEAR[name] for name, is_so in found.items() if is_so and name not in allowed]
        if self.in_production and remedies:
            raise ValueError(f"{'; '.join(remedies)}; or name it in UNENCRYPTED when nobody else is on that network")
        return self

    @property
    def is_scanned(self) -> bool:
        return self.clamav_url is not None

    def largest(self, endings: Iterable[str]) -> int:
        """Bytes that a file of the type may have, whose names end in one of those."""
        limits = (self.attachment_type_megabytes.get(ending[1:]) for ending in endings)
        return min(self.max_attachment_bytes, *(megabytes * MEGABYTE for megabytes in limits if megabytes), sys.maxsize)
