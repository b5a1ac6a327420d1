"""The steps that staff take with a case, and what they look at before: each is an endpoint of eservice-intake."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx2

from portal.clients.base import Client
from portal.clients.previews import DecisionPreview, SendingPreview, StepPreview, SupplementPreview

NOTHING = type(None)
"""What a step answers is not shown: the case is read again."""


@dataclass(frozen=True)
class Taking:
    """A step: with which case, in the version that the person read, with what they gave, once by its key."""

    reference: str
    version: str
    key: str
    form: Mapping[str, Any] | None

    @property
    def sent(self) -> dict[str, Any]:
        return {"json": self.form, "key": self.key or None, "version": f'"{self.version}"', "reference": self.reference}


def with_number(step: Taking) -> dict[str, Any]:
    """What is sent about a decision that the address names by its number."""
    form = dict(step.form or {})
    return {**step.sent, "json": form, "number": str(form.pop("number", ""))}


class Steps(Client):
    service = "eservice-intake"

    async def request_supplement(self, step: Taking) -> None:
        await self.post("/cases/{reference}/supplement-requests", NOTHING, **step.sent)

    async def extend(self, step: Taking) -> None:
        await self.post("/cases/{reference}/extension", NOTHING, **step.sent)

    async def complete(self, step: Taking) -> None:
        await self.post("/cases/{reference}/completion", NOTHING, **step.sent)

    async def refer(self, step: Taking) -> None:
        await self.post("/cases/{reference}/referrals", NOTHING, **step.sent)

    async def propose(self, step: Taking) -> None:
        await self.post("/cases/{reference}/proposals", NOTHING, **step.sent)

    async def decide(self, step: Taking) -> None:
        await self.post("/cases/{reference}/decisions", NOTHING, **step.sent)

    async def propose_change(self, step: Taking) -> None:
        await self.post("/cases/{reference}/decision-changes/proposals", NOTHING, **step.sent)

    async def change(self, step: Taking) -> None:
        await self.post("/cases/{reference}/decision-changes", NOTHING, **step.sent)

    async def propose_revocation(self, step: Taking) -> None:
        await self.post("/cases/{reference}/revocation/proposals", NOTHING, **step.sent)

    async def revoke(self, step: Taking) -> None:
        await self.post("/cases/{reference}/revocation", NOTHING, **step.sent)

    async def register_receipt(self, step: Taking) -> None:
        await self.post("/cases/{reference}/decision-receipt", NOTHING, **step.sent)

    async def send_again(self, step: Taking) -> None:
        await self.post("/cases/{reference}/simplified-service", NOTHING, **step.sent)

    async def notify_party(self, step: Taking) -> None:
        """Serve a decision, by its number, on somebody else."""
        await self.post("/cases/{reference}/decisions/{number}/parties", NOTHING, **with_number(step))

    async def correct_address(self, step: Taking) -> None:
        await self.post("/cases/{reference}/corrected-address", NOTHING, **step.sent)

    async def register_appeal(self, step: Taking) -> None:
        await self.post("/cases/{reference}/appeals", NOTHING, **step.sent)

    async def forward(self, step: Taking) -> None:
        await self.post("/cases/{reference}/appeals/forwarding", NOTHING, **step.sent)

    async def propose_dismissal(self, step: Taking) -> None:
        await self.post("/cases/{reference}/appeals/dismissal/proposals", NOTHING, **step.sent)

    async def dismiss(self, step: Taking) -> None:
        await self.post("/cases/{reference}/appeals/dismissal", NOTHING, **step.sent)

    async def register_ruling(self, step: Taking) -> None:
        await self.post("/cases/{reference}/ruling", NOTHING, **step.sent)

    async def approve_fee(self, step: Taking) -> None:
        await self.post("/cases/{reference}/fees", NOTHING, **step.sent)

    async def register_control(self, step: Taking) -> None:
        await self.post("/cases/{reference}/controls", NOTHING, **step.sent)

    async def close(self, step: Taking) -> None:
        await self.post("/cases/{reference}/closure", NOTHING, **step.sent)

    async def move(self, step: Taking) -> None:
        await self.post("/cases/{reference}/move", NOTHING, **step.sent)

    async def merge(self, step: Taking) -> None:
        await self.post("/cases/{reference}/merger", NOTHING, **step.sent)

    async def link(self, step: Taking) -> None:
        await self.post("/cases/{reference}/links", NOTHING, **step.sent)

    async def change_secrecy(self, step: Taking) -> None:
        await self.post("/cases/{reference}/secrecy", NOTHING, **step.sent)

    async def send_message(self, step: Taking) -> None:
        await self.post("/cases/{reference}/messages", NOTHING, **step.sent)

    async def preview_extension(self, step: Taking) -> StepPreview:
        return await self.post("/cases/{reference}/extension/preview", StepPreview, **step.sent)

    async def preview_completion(self, step: Taking) -> StepPreview:
        return await self.post("/cases/{reference}/completion/preview", StepPreview, **step.sent)

    async def preview_closure(self, step: Taking) -> StepPreview:
        return await self.post("/cases/{reference}/closure/preview", StepPreview, **step.sent)

    async def preview_move(self, step: Taking) -> StepPreview:
        return await self.post("/cases/{reference}/move/preview", StepPreview, **step.sent)

    async def preview_merger(self, step: Taking) -> StepPreview:
        return await self.post("/cases/{reference}/merger/preview", StepPreview, **step.sent)

    async def preview_message(self, step: Taking) -> StepPreview:
        return await self.post("/cases/{reference}/messages/preview", StepPreview, **step.sent)

    async def preview_referral(self, step: Taking) -> StepPreview:
        return await self.post("/cases/{reference}/referrals/preview", StepPreview, **step.sent)

    async def preview_notifying(self, step: Taking) -> StepPreview:
        sent = with_number(step)
        return await self.post("/cases/{reference}/decisions/{number}/parties/preview", StepPreview, **sent)

    async def preview_address(self, step: Taking) -> StepPreview:
        return await self.post("/cases/{reference}/corrected-address/preview", StepPreview, **step.sent)

    async def preview_receipt(self, step: Taking) -> StepPreview:
        return await self.post("/cases/{reference}/decision-receipt/preview", StepPreview, **step.sent)

    async def preview_appeal(self, step: Taking) -> StepPreview:
        return await self.post("/cases/{reference}/appeals/preview", StepPreview, **step.sent)

    async def preview_forwarding(self, step: Taking) -> StepPreview:
        return await self.post("/cases/{reference}/appeals/forwarding/preview", StepPreview, **step.sent)

    async def preview_ruling(self, step: Taking) -> StepPreview:
        return await self.post("/cases/{reference}/ruling/preview", StepPreview, **step.sent)

    async def preview_supplement(self, reference: str, form: Mapping[str, Any]) -> SupplementPreview:
        return await self.post(
            "/cases/{reference}/supplement-requests/preview", SupplementPreview, form, reference=reference
        )

    async def preview_decision(self, reference: str, form: Mapping[str, Any]) -> DecisionPreview:
        return await self.post("/cases/{reference}/decisions/preview", DecisionPreview, form, reference=reference)

    async def preview_revocation(self, reference: str, form: Mapping[str, Any]) -> DecisionPreview:
        return await self.post("/cases/{reference}/revocation/preview", DecisionPreview, form, reference=reference)

    async def preview_dismissal(self, reference: str, form: Mapping[str, Any]) -> DecisionPreview:
        return await self.post(
            "/cases/{reference}/appeals/dismissal/preview", DecisionPreview, form, reference=reference
        )

    async def preview_sending(self, reference: str, form: Mapping[str, Any]) -> SendingPreview:
        return await self.post(
            "/cases/{reference}/simplified-service/preview", SendingPreview, form, reference=reference
        )

    async def dismissal_as_pdf(self, reference: str, form: Mapping[str, Any]) -> httpx2.Response:
        return await self.made(
            "/cases/{reference}/appeals/dismissal/preview", form, {"format": "pdf"}, reference=reference
        )

    async def decision_as_pdf(self, reference: str, form: Mapping[str, Any]) -> httpx2.Response:
        return await self.made("/cases/{reference}/decisions/preview", form, {"format": "pdf"}, reference=reference)

    async def revocation_as_pdf(self, reference: str, form: Mapping[str, Any]) -> httpx2.Response:
        return await self.made("/cases/{reference}/revocation/preview", form, {"format": "pdf"}, reference=reference)
