"""What is held about somebody as one who is served the decision of another's case."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from eservice_intake.cases.models import Case
from eservice_intake.decisions.appeals import Appeal
from eservice_intake.decisions.models import Decision
from eservice_intake.decisions.parties import DecisionParty
from shared.database import Session

PARTY = "eservice_decision_party"
HELD = {"party_name", "language", "sent_at", "opened_at", "service", "service_reason", "served_on", "appeal_until"}


async def served_on(tx: Session, contact_ids: Collection[UUID]) -> Sequence[DecisionParty]:
    found = select(DecisionParty).where(col(DecisionParty.party_contact_id).in_(contact_ids))
    return (await tx.exec(found.order_by(col(DecisionParty.id)))).all()


async def told(tx: Session, party: DecisionParty) -> dict[str, Any]:
    """How they were served, and what they wrote against it."""
    case, decision = await tx.get_one(Case, party.case_id), await tx.get_one(Decision, party.decision_id)
    appeals = await tx.exec(select(Appeal.text).where(Appeal.party_id == party.id).order_by(col(Appeal.id)))
    return {
        "diary_number": case.diary,
        "number": decision.number,
        **party.model_dump(mode="json", include=HELD),
        "appeals": list(appeals),
    }


def without_parties(rows: dict[str, list[dict[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
    """A case's rows, but for the others who are served its decisions: what is held of them is not the applicant's."""
    others = {row["party_contact_id"] for row in rows.get(PARTY, [])}
    contacts = [row for row in rows.get("contact", []) if row["id"] not in others]
    left = {**rows, PARTY: [], "contact": contacts}
    return {name: found for name, found in left.items() if found}
