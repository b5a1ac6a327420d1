"""The decisions of a case, in the order they were made: none is ever overwritten."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import col, select

from eservice_intake.cases.models import Case
from eservice_intake.decisions.models import Appeal, Decision, DecisionContent, NoAppeal, NoDecision
from shared.database import Session
from shared.errors import Conflict


class AppealWaits(Conflict):
    """An appeal waits that is late or about another decision of the case. Dismiss or forward it first."""

    sv = "Ett överklagande väntar som är för sent eller gäller ett annat beslut. Avvisa det eller lämna över det först."


@dataclass(frozen=True)
class Chain:
    case: Case
    decisions: Sequence[Decision]

    @property
    def proposal(self) -> Decision | None:
        return next((one for one in self.decisions if one.is_proposal), None)

    @property
    def taken(self) -> list[Decision]:
        return [one for one in self.decisions if not one.is_proposal]

    @property
    def latest_in_force(self) -> Decision:
        """The latest decision in force, also one that dismisses an appeal. Raises NoDecision."""
        return _last([one for one in self.decisions if one.is_in_force])

    @property
    def decision_of_the_case(self) -> Decision:
        """The decision in force on the case itself, which can be changed and revoked. Raises NoDecision."""
        return _last([one for one in self.decisions if one.is_in_force and one.appeal_id is None])

    @property
    def is_with_court(self) -> bool:
        """Whether the one about the case is not final, though its time to appeal has passed."""
        return any(one.is_in_force and one.appeal_id is None and one.final_at is None for one in self.decisions)

    def numbered(self, number: int | None) -> Decision:
        """The decision with the number, or the latest. Raises NoDecision."""
        return _last([one for one in self.taken if number in (None, one.number)])

    def written(self, content: DecisionContent) -> Decision:
        """What is proposed, rewritten; or a new row when nothing is."""
        proposal = self.proposal
        if proposal is None:
            return self.new(content)
        proposal.fill(content)
        return proposal

    def new(self, content: DecisionContent) -> Decision:
        number = len(self.taken) + 1
        return Decision(case_id=self.case.id, number=number, unit=self.case.unit, **content.model_dump())


async def chain_of(session: Session, case: Case) -> Chain:
    query = select(Decision).where(Decision.case_id == case.id).order_by(col(Decision.number))
    return Chain(case, list(await session.exec(query)))


async def waiting_appeal(session: Session, case: Case) -> Appeal:
    """The latest appeal that nothing has been done about. Raises NoAppeal."""
    waiting = [one for one in await appeals_of(session, case) if one.waits]
    if not waiting:
        raise NoAppeal
    return waiting[-1]


async def follow_change(session: Session, case: Case, earlier: Decision, changed: Decision) -> None:
    """The appeal that waits is about the new decision then (46 § förvaltningslagen). Raises AppealWaits."""
    appeal = await waiting_appeal(session, case)
    if not appeal.in_time or appeal.decision_id != earlier.id:
        raise AppealWaits
    appeal.decision_id = changed.id
    changed.stop()
    session.add_all([appeal, changed])


async def appeals_of(session: Session, case: Case) -> list[Appeal]:
    query = select(Appeal).where(Appeal.case_id == case.id).order_by(col(Appeal.id))
    return list(await session.exec(query))


def _last(decisions: Sequence[Decision]) -> Decision:
    if not decisions:
        raise NoDecision
    return decisions[-1]
