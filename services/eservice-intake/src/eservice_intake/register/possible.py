"""What a member of staff can do with a case: by its state, what is proposed and appealed, and the delegation order."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import get_args

from eservice_intake.cases.models import Case
from eservice_intake.cases.states import possible
from eservice_intake.cases.statuses import Status
from eservice_intake.cases.steps import Step
from eservice_intake.decisions.appeals import Appeal
from eservice_intake.decisions.chain import Chain
from eservice_intake.decisions.delegation import BeyondDelegation, decisions
from eservice_intake.decisions.forms import OutcomeOfCase
from eservice_intake.decisions.models import About, Act, Decision
from eservice_intake.decisions.parties import DecisionParty
from eservice_intake.decisions.recipients import Service
from eservice_intake.decisions.serving import is_told
from eservice_intake.fees.models import Fee, FeeFor, application_charge, is_controlled
from eservice_intake.register.models import Offered, OutcomeOffered
from shared.events import Language, Outcome
from shared.staff import Person

OUTCOMES: tuple[OutcomeOfCase, ...] = get_args(OutcomeOfCase)
OF_OTHERS = frozenset(
    {
        Step.RECEIVE_SUPPLEMENT,
        Step.RECEIVE_OPINION,
        Step.WITHDRAW,
        Step.BOOK_TIME,
        Step.CANCEL_TIME,
        Step.REFUSE_ATTACHMENT,
        Step.REPLACE_ATTACHMENT,
        Step.BECOME_FINAL,
    }
)
"""What the applicant, another party or the system does."""


@dataclass(frozen=True)
class Known:
    """A case with what was decided and appealed, and who reads it."""

    case: Case
    chain: Chain
    appeals: Sequence[Appeal]
    parties: Sequence[DecisionParty]
    fees: Sequence[Fee]
    person: Person

    def steps(self) -> list[Step]:
        allowed = (step for step in possible(self.case.status) if step not in OF_OTHERS)
        return [step for step in allowed if step not in NEEDS or NEEDS[step](self)]

    def offered(self, language: Language) -> Offered:
        services = [Service.RECEIPT, *([Service.SIMPLIFIED] if self.case.told_of_service else [])]
        return Offered(can=self.steps(), outcomes=[self._outcome(one, language) for one in OUTCOMES], services=services)

    def _outcome(self, outcome: OutcomeOfCase, language: Language) -> OutcomeOffered:
        text = decisions().outcomes[outcome].text.in_language(language)
        return OutcomeOffered(outcome=outcome, text=text, within_delegation=self.reaches(outcome))

    def reaches(self, outcome: Outcome) -> bool:
        """Whether the person's delegation does."""
        try:
            decisions().item_for(self.case.eservice, self.case.kind, outcome, self.person.roles)
        except BeyondDelegation:
            return False
        return True

    @property
    def reaches_something(self) -> bool:
        return any(self.reaches(one) for one in OUTCOMES)

    @property
    def latest(self) -> Decision | None:
        """The decision that the applicant is served, if there is one."""
        return next(reversed(self.chain.for_applicant), None)

    @property
    def holding(self) -> Decision | None:
        """The decision of the case that holds, if there is one."""
        return next(reversed(self.chain.about_case), None)

    @property
    def is_to_be_served(self) -> bool:
        """Whether the applicant or somebody else has not been served."""
        in_force = {one.id for one in self.chain.decisions if one.is_in_force}
        waits = any(one.served_on is None and one.decision_id in in_force for one in self.parties)
        return waits or (self.latest is not None and self.latest.served_on is None)

    @property
    def is_to_be_sent_again(self) -> bool:
        """Whether somebody who has not been served knows of simplified service."""
        open_ = {one.id for one in self.chain.decisions if one.is_in_force and one.final_at is None}
        others = [] if self.case.confidential else [one for one in self.parties if one.decision_id in open_]
        of_others = any(one.served_on is None and is_told(self.case, one) for one in others)
        own = self.latest
        return of_others or bool(own and own.id in open_ and own.served_on is None and is_told(self.case, None))

    @property
    def is_to_be_readdressed(self) -> bool:
        """Whether somebody else than the applicant is to be served, and may be written to."""
        open_ = {one.id for one in self.chain.decisions if one.is_in_force and one.final_at is None}
        waits = any(one.served_on is None and one.decision_id in open_ for one in self.parties)
        return waits and not self.case.confidential

    @property
    def late(self) -> Appeal | None:
        return next((one for one in self.appeals if one.waits and not one.in_time), None)

    @property
    def is_revocable(self) -> bool:
        return self.holding is not None and self.holding.act is not Act.REVOCATION

    def is_own(self, about: About) -> bool:
        """Whether the person has proposed it, so that somebody else decides."""
        proposals = (one for one in self.chain.decisions if one.is_proposal and one.does(about))
        return any(one.proposed_by == self.person.subject for one in proposals)

    def may_undo(self, act: Act) -> bool:
        """Whether the decision that holds is the municipality's to change or revoke, and not proposed by the person."""
        earlier = self.holding
        if earlier is None or any(one.is_with_court and one.decision_id == earlier.id for one in self.appeals):
            return False
        in_the_way = [one for one in self.appeals if one.waits and not (one.in_time and one.decision_id == earlier.id)]
        waits = self.case.status is Status.APPEALED and bool(in_the_way)
        return not waits and not self.is_own(About(act=act, about_number=earlier.number))

    def may_change(self) -> bool:
        return self.reaches_something and self.may_undo(Act.CHANGE)

    def may_revoke(self) -> bool:
        earlier = self.holding
        return (
            earlier is not None
            and self.is_revocable
            and self.reaches(earlier.outcome)
            and self.may_undo(Act.REVOCATION)
        )

    def may_notify_party(self) -> bool:
        return any(one.is_in_force and one.final_at is None for one in self.chain.decisions)

    def may_approve_fee(self) -> bool:
        """Whether something is to be paid that is not exported."""
        exported = any(one.about is FeeFor.APPLICATION and one.export_number for one in self.fees)
        waits = any(one.about is FeeFor.CONTROL and not one.export_number for one in self.fees)
        return waits or (application_charge(self.case) is not None and not exported)

    def may_dismiss(self) -> bool:
        if self.late is None or not self.reaches(Outcome.DISMISSED):
            return False
        return not self.is_own(About(act=Act.DISMISSAL, appeal_id=self.late.id))


NEEDS: Mapping[Step, Callable[[Known], bool]] = {
    Step.REQUEST_OPINION: lambda known: not known.case.confidential,
    Step.DECIDE: lambda known: known.reaches_something and not known.is_own(About()),
    Step.PROPOSE_CHANGE: lambda known: known.holding is not None,
    Step.CHANGE_DECISION: Known.may_change,
    Step.PROPOSE_REVOCATION: lambda known: known.is_revocable,
    Step.REVOKE: Known.may_revoke,
    Step.APPROVE_FEE: Known.may_approve_fee,
    Step.REGISTER_CONTROL: lambda known: is_controlled(known.case),
    Step.SERVE: lambda known: known.is_to_be_served,
    Step.SEND_AGAIN: lambda known: known.is_to_be_sent_again,
    Step.NOTIFY_PARTY: Known.may_notify_party,
    Step.CORRECT_ADDRESS: lambda known: known.is_to_be_readdressed,
    Step.APPEAL: lambda known: known.latest is not None and known.latest.appealable,
    Step.PROPOSE_DISMISSAL: lambda known: known.late is not None,
    Step.DISMISS_APPEAL: Known.may_dismiss,
    Step.FORWARD_APPEAL: lambda known: any(one.waits and one.in_time for one in known.appeals),
    Step.RECEIVE_RULING: lambda known: any(one.is_with_court for one in known.appeals),
}
"""What a step needs beside the state."""
