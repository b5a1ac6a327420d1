"""Decisions as staff and applicants read them."""

from collections.abc import Sequence
from typing import Any

from eservice_intake.cases.finding import rows_of
from eservice_intake.cases.models import Case
from eservice_intake.decisions.chain import Chain
from eservice_intake.decisions.delegation import decisions
from eservice_intake.decisions.forms import DecisionRead, DecisionReceipt, DecisionShown, DecisionState
from eservice_intake.decisions.models import Decision
from eservice_intake.decisions.papers import fee_lines, how_to_appeal
from eservice_intake.decisions.parties import DecisionParty
from eservice_intake.decisions.service_forms import PartyReceipt, PartyShown
from shared.database import Session
from shared.events import Language


def read(case: Case, decision: Decision, language: Language) -> DecisionRead:
    return DecisionRead(**_common(case, decision, language))


def receipt(case: Case, decision: Decision) -> DecisionReceipt:
    return DecisionReceipt(**_state(case, decision))


def state(case: Case, decision: Decision) -> DecisionState:
    return DecisionState(**_state(case, decision))


def party_receipt(party: DecisionParty, decision: Decision) -> PartyReceipt:
    return PartyReceipt(**_of_party(party, decision))


async def all_shown(session: Session, chain: Chain, language: Language) -> list[DecisionShown]:
    """Every decision of the case, and what is proposed."""
    parties: Sequence[DecisionParty] = await rows_of(session, DecisionParty, chain.case)
    return [_shown(chain.case, one, parties, language) for one in chain.decisions]


def _shown(case: Case, decision: Decision, parties: Sequence[DecisionParty], language: Language) -> DecisionShown:
    of_staff = set(DecisionShown.model_fields) & set(Decision.model_fields)
    return DecisionShown(
        **{
            **decision.model_dump(include=of_staff),
            **_common(case, decision, language),
            "is_proposal": decision.is_proposal,
            "parties": [PartyShown(**_of_party(one, decision)) for one in parties if one.decision_id == decision.id],
        }
    )


def _of_party(party: DecisionParty, decision: Decision) -> dict[str, Any]:
    own = party.model_dump(include=set(PartyShown.model_fields))
    return {**own, "number": decision.number, "appealable": decision.appealable}


def _state(case: Case, decision: Decision) -> dict[str, Any]:
    return {
        **decision.model_dump(include=set(DecisionState.model_fields) & set(Decision.model_fields)),
        "reference": case.reference,
        "diary_number": case.diary,
        "is_proposal": decision.is_proposal,
        "is_in_force": decision.is_in_force,
        "case_status": case.status,
        "version": case.version,
    }


def _common(case: Case, decision: Decision, language: Language) -> dict[str, Any]:
    return {
        **decision.model_dump(include=set(DecisionRead.model_fields) & set(Decision.model_fields)),
        "reference": case.reference,
        "diary_number": case.diary,
        "outcome_text": decisions(decision.decided_at).outcomes[decision.outcome].text.in_language(language),
        "is_in_force": decision.is_in_force,
        "fee_lines": fee_lines(decision, language),
        "how_to_appeal": how_to_appeal(case, decision, language),
    }
