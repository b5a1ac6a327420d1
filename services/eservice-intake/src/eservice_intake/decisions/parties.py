"""Others than the applicant who are served a decision, each by a link and with a time to appeal of their own."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlmodel import Field, col, select

from eservice_intake.cases.models import Case
from eservice_intake.decisions.chain import chain_of
from eservice_intake.decisions.models import Decision
from eservice_intake.decisions.recipients import Recipient
from eservice_intake.decisions.rules import DAY
from shared.columns import UtcDateTime, text_enum
from shared.database import Session
from shared.errors import Conflict, Gone, NotFound
from shared.events import Language, PartyTold
from shared.events.eservice_intake import CaseEvent
from shared.mailed_links import OpenedByLink


class UnknownParty(NotFound):
    """Nothing is served by that id and secret. The link in the latest mail has both."""

    concerns_security = True
    sv = "Ingenting delges med det id:t och den hemligheten. Båda står i länken i det senaste mejlet."


class NotInForce(Conflict):
    """The decision is final, or does not hold any longer. Serve one that holds and is not final."""

    sv = "Beslutet har fått laga kraft eller gäller inte längre. Delge ett som gäller och inte har fått laga kraft."


class ConfidentialNotServed(Conflict):
    """The case is confidential, and is not shown by a link in a mail.

    Leave out the address, and serve the decision in another way.
    """

    sv = (
        "Ärendet är sekretessmarkerat och visas inte genom en länk i ett mejl. "
        "Utelämna adressen och delge beslutet på annat sätt."
    )


class DecisionNotShown(Gone):
    """The link does not show the decision any longer. The case is confidential."""

    sv = "Länken visar inte längre beslutet: ärendet är sekretessmarkerat."


class DecisionParty(OpenedByLink, Recipient, table=True):
    """Somebody whom a decision concerns, and is served it: by a link in a mail, if they have a contact."""

    __tablename__ = "eservice_decision_party"

    case_id: UUID = Field(foreign_key="eservice_case.id", index=True)
    decision_id: UUID = Field(foreign_key="eservice_decision.id", index=True)
    party_contact_id: UUID | None = Field(default=None, foreign_key="contact.id")
    party_name: str
    language: Language = Field(sa_type=text_enum(Language))
    sent_at: datetime = Field(sa_type=UtcDateTime)
    told_of_service: bool = Field(default=False, description="Whether they know of simplified service.")

    def write_anew(self, at: datetime) -> None:
        """They are written to at another address. Who opened the links that went to the earlier one is not known."""
        self._forget_mails()
        self.link_hashes, self.told_of_service = [], False
        self.opened_at, self.sent_at = None, at

    @property
    def ids(self) -> dict[str, UUID | None]:
        """What events say of them."""
        return {"decision_id": self.decision_id, **vars(self.told)}

    @property
    def told(self) -> PartyTold:
        return PartyTold(party_id=self.id, party_contact_id=self.party_contact_id)


async def parties_of(session: Session, decision: Decision) -> list[DecisionParty]:
    query = select(DecisionParty).where(DecisionParty.decision_id == decision.id).order_by(col(DecisionParty.id))
    return list(await session.exec(query))


async def waiting_at_address_of(
    session: Session, party: DecisionParty, decision: Decision
) -> list[tuple[DecisionParty, Decision]]:
    """What the same person is to be served in the case and is not, the party's own decision among it."""
    if party.party_contact_id is None:
        return [(party, decision)]
    same = select(DecisionParty, Decision).join(Decision, col(Decision.id) == col(DecisionParty.decision_id))
    same = same.where(
        DecisionParty.case_id == party.case_id,
        DecisionParty.party_contact_id == party.party_contact_id,
        col(DecisionParty.served_on).is_(None),
        col(Decision.final_at).is_(None),
    )
    found = await session.exec(same.order_by(col(DecisionParty.id)))
    return [(one, of) for one, of in found if of.is_in_force]


async def now_served(
    session: Session, case: Case, party_id: UUID | None = None
) -> tuple[Decision, DecisionParty | None]:
    """The decision that the party, or else the applicant, is served. Raises NoDecision, UnknownParty and NotInForce."""
    if party_id is None:
        return (await chain_of(session, case)).latest_in_force, None
    party = await session.get(DecisionParty, party_id)
    if party is None or party.case_id != case.id:
        raise UnknownParty
    decision = await session.get_one(Decision, party.decision_id)
    if not decision.is_in_force:
        raise NotInForce
    return decision, party


async def serve_also(
    session: Session, parties: Sequence[DecisionParty], decision: Decision, at: datetime
) -> list[DecisionParty]:
    """Serve the decision on those who were served an earlier one, each anew."""
    same = {"case_id", "party_contact_id", "party_name", "language", "told_of_service"}
    added = [DecisionParty(**one.model_dump(include=same), decision_id=decision.id, sent_at=at) for one in parties]
    session.add_all([decision, *added])
    await session.flush()
    await keep_final_day(session, decision)
    return added


async def appellants(session: Session, party_ids: Collection[UUID | None]) -> list[DecisionParty]:
    """Who has appealed, other than the applicant."""
    found = select(DecisionParty).where(col(DecisionParty.id).in_([one for one in party_ids if one]))
    return list(await session.exec(found.order_by(col(DecisionParty.id))))


def sent_by(event: CaseEvent, decision: Decision, parties: Sequence[DecisionParty] = ()) -> None:
    """The event's mails are to serve it, on the applicant unless it is about somebody else's appeal."""
    for recipient in (*parties, *([] if decision.party_id else [decision])):
        recipient.sent_event_id = event.event_id


def told(parties: Sequence[DecisionParty]) -> list[PartyTold]:
    """As events name them."""
    return [one.told for one in parties]


async def keep_final_day(session: Session, decision: Decision) -> None:
    """The day after the last one's time to appeal; none while somebody has not been served."""
    parties = await parties_of(session, decision)
    if not parties or not decision.appealable or not decision.is_in_force or decision.final_at is not None:
        return
    days = [one.appeal_until for one in (*parties, *([] if decision.party_id else [decision]))]
    ends = [day for day in days if day is not None]
    decision.final_due_on = max(ends) + DAY if len(ends) == len(days) else None
    session.add(decision)
