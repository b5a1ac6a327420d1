"""The decisions of a case, in the order they were made: none is ever overwritten."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import col, select

from eservice_intake.cases.models import Case
from eservice_intake.decisions.models import About, Decision, DecisionContent, NoDecision, NothingProposed
from shared.database import Session


@dataclass(frozen=True)
class Chain:
    case: Case
    decisions: Sequence[Decision]

    @property
    def taken(self) -> list[Decision]:
        return [one for one in self.decisions if not one.is_proposal]

    @property
    def for_applicant(self) -> list[Decision]:
        """What is in force for the applicant, also what dismisses their appeal."""
        return [one for one in self.decisions if one.is_in_force and one.party_id is None]

    @property
    def about_case(self) -> list[Decision]:
        """What is in force on the case itself."""
        return [one for one in self.decisions if one.is_in_force and one.is_about_case]

    @property
    def latest_in_force(self) -> Decision:
        """The latest decision for the applicant. Raises NoDecision."""
        return _last(self.for_applicant)

    @property
    def decision_of_the_case(self) -> Decision:
        """The decision on the case itself, which can be changed and revoked. Raises NoDecision."""
        return _last(self.about_case)

    @property
    def is_final(self) -> bool:
        """Whether nothing about the case itself can be appealed in time any longer."""
        return all(one.final_at for one in self.about_case)

    def numbered(self, number: int | None) -> Decision:
        """The decision with the number, or the latest for the applicant. Raises NoDecision."""
        return _last([one for one in self.taken if (one.party_id is None if number is None else one.number == number)])

    @property
    def next_number(self) -> int:
        return len(self.taken) + 1

    def proposal(self, about: About) -> Decision | None:
        return next((one for one in self.decisions if one.is_proposal and one.does(about)), None)

    def written(self, about: About, content: DecisionContent | None) -> Decision:
        """What is proposed, with this content if there is any; or a new row. Raises NothingProposed.

        One thing at a time is proposed about the case, and one about its appeals: the later takes the place.
        """
        proposals = [one for one in self.decisions if one.is_proposal and one.is_about_case is about.is_about_case]
        if content is None:
            return self._proposed(about)
        if not proposals:
            return Decision(case_id=self.case.id, unit=self.case.unit, **dict(about), **dict(content))
        proposals[0].fill(about, content)
        return proposals[0]

    def _proposed(self, about: About) -> Decision:
        proposal = self.proposal(about)
        if proposal is None:
            raise NothingProposed
        return proposal


async def chain_of(session: Session, case: Case) -> Chain:
    """What is proposed comes last."""
    query = select(Decision).where(Decision.case_id == case.id).order_by(col(Decision.id))
    return Chain(case, sorted(await session.exec(query), key=lambda one: one.number or math.inf))


def _last(decisions: Sequence[Decision]) -> Decision:
    if not decisions:
        raise NoDecision
    return decisions[-1]
