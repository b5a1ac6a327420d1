"""What the pages ask a service about its definitions: their versions, and what administrators do with them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from portal.clients.base import Client, Read
from portal.clients.eservices import ToMend
from portal.clients.lists import Listed

RELEASE = "release"
"""Who made those that came with the system."""


class DefinitionBrief(Read):
    kind: str
    kind_title: str
    name: str
    title: str
    waiting: int


class VersionBrief(Read):
    id: UUID
    kind: str
    name: str
    version: str
    status: str
    holds: bool
    note: str
    uploaded_by: str
    uploaded_at: datetime
    approved_by: str | None
    approved_at: datetime | None
    effective_at: datetime | None
    closes_at: datetime | None


class Change(Read):
    place: str
    before: str | None
    after: str | None


class TextRead(Read):
    place: str
    sv: str
    en: str


class Golden(Read):
    name: str
    passed: bool
    found: str


class VersionRead(VersionBrief):
    source: str
    changes: Sequence[Change]
    texts: Sequence[TextRead]
    golden: Sequence[Golden]
    takes_answers: bool
    can: Sequence[str]


class Reason(Read):
    rule: str
    about: str
    verdict: str
    because: str


class Judged(Read):
    violations: Sequence[ToMend]
    asked: Sequence[str]
    outcome: Sequence[str]
    reasons: Sequence[Reason]


class OutcomeTried(Read):
    label: str
    before: str | None
    after: str | None
    is_changed: bool


class CaseTried(Read):
    items: Sequence[OutcomeTried]


class Definitions(Client):
    """Of a service that has some."""

    async def all(self) -> Listed[DefinitionBrief]:
        return await self.get("/{service}/definitions", Listed[DefinitionBrief], service=self.service)

    async def versions(self, kind: str, name: str) -> Listed[VersionBrief]:
        return await self.get(
            "/{service}/definitions/{kind}/{name}", Listed[VersionBrief], service=self.service, kind=kind, name=name
        )

    async def one(self, version: UUID) -> VersionRead:
        return await self.get(
            "/{service}/definition-versions/{definition_id}",
            VersionRead,
            service=self.service,
            definition_id=str(version),
        )

    async def approve(self, version: UUID, key: str) -> VersionBrief:
        return await self.post(
            "/{service}/definition-versions/{definition_id}/approval", VersionBrief, key=key, **self._names(version)
        )

    async def publish(self, version: UUID, form: Mapping[str, Any], key: str) -> VersionBrief:
        return await self.post(
            "/{service}/definition-versions/{definition_id}/publication",
            VersionBrief,
            dict(form),
            key=key,
            **self._names(version),
        )

    async def withdraw(self, version: UUID, key: str) -> VersionBrief:
        return await self.post(
            "/{service}/definition-versions/{definition_id}/withdrawal", VersionBrief, key=key, **self._names(version)
        )

    async def propose(self, kind: str, form: Mapping[str, str], key: str) -> VersionBrief:
        return await self.post(
            "/{service}/definitions/{kind}", VersionBrief, dict(form), key=key, service=self.service, kind=kind
        )

    async def change_texts(self, version: UUID, form: Mapping[str, Any], key: str) -> VersionBrief:
        return await self.post(
            "/{service}/definition-versions/{definition_id}/texts",
            VersionBrief,
            dict(form),
            key=key,
            **self._names(version),
        )

    async def preview(self, version: UUID) -> dict[str, Any]:
        """Of what has a form that and the JSON Schema of its answers, as the portal is told of them."""
        return await self.get(
            "/{service}/definition-versions/{definition_id}/preview",
            dict[str, Any],
            service=self.service,
            definition_id=str(version),
        )

    async def judge(self, version: UUID, answers: Mapping[str, Any]) -> Judged:
        return await self.post(
            "/{service}/definition-versions/{definition_id}/trial",
            Judged,
            {"answers": answers},
            **self._names(version),
        )

    def _names(self, version: UUID) -> dict[str, str]:
        return {"service": self.service, "definition_id": str(version)}


class OfIntake(Definitions):
    service = "eservice-intake"

    async def try_on_case(self, version: UUID, reference: str) -> CaseTried:
        form = {"definition_id": str(version)}
        return await self.post("/cases/{reference}/trial", CaseTried, form, reference=reference)


class OfNotifications(Definitions):
    service = "notifications"


class OfPermitGuide(Definitions):
    service = "permit-guide"


class OfRecruitment(Definitions):
    service = "recruitment"
