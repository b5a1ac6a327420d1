"""What follows the rules of its e-service: what registers say of it, and who has sent it in."""

from collections.abc import Sequence
from dataclasses import dataclass

from eservice_intake.applications.signatures import Signature
from eservice_intake.catalogue.conditions import holds
from eservice_intake.catalogue.eservices import EService
from eservice_intake.catalogue.rules import Answers
from eservice_intake.identities.numbers import Seal
from eservice_intake.identities.residents import Resident
from eservice_intake.lookups.rules import Check, as_registers_know, notices_of
from shared.events import Language


@dataclass(frozen=True)
class Sent:
    """What follows the rules of its e-service, and who sent it in or filled it in for them, if they have signed in."""

    eservice: EService
    language: Language
    answers: Answers
    sender: Resident | None
    filled_in_by: Resident | None = None
    checks: Sequence[Check] = ()

    @property
    def judged_by(self) -> Answers:
        """The answers that settle its kind and its unit."""
        return as_registers_know(self.answers, self.checks)

    @property
    def register_notices(self) -> list[str]:
        """What its sender is told of that."""
        return notices_of(self.eservice, self.answers, self.checks, self.language)

    @property
    def awaits_signature(self) -> bool:
        """Whether somebody has filled it in for somebody else."""
        return bool(self.eservice.on_behalf_if and holds(self.eservice.on_behalf_if, self.answers))


def sent_for_signing(signature: Signature, eservice: EService, seal: Seal) -> Sent:
    """What awaits the signature. Whoever signs it by the link has not signed in, and is its sender."""
    sender = signature.sender and Resident(**{**signature.sender, "number": seal.opened(signature.sender["number"])})
    answers = seal.opened_answers(eservice.form, signature.answers)
    checks = [Check.of(one) for one in signature.checks]
    return Sent(eservice, signature.language, answers, sender=None, filled_in_by=sender or None, checks=checks)


def sealed(sender: Resident, seal: Seal) -> dict[str, str]:
    return {**vars(sender), "number": seal.sealed(sender.number)}
