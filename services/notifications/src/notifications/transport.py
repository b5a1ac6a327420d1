"""What sending takes, and how a mail is made ready: looked up, written."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from uuid import UUID

import httpx
from jinja2 import TemplateError
from structlog.stdlib import BoundLogger

from notifications.contacts import Contacts, ContactsAway, NobodyAnswers
from notifications.mails import Addressee, Mail, NotAnAddress, Sender, write
from notifications.models.deliveries import Delivery
from notifications.outcomes import Outcome, Stage, Verdict
from notifications.smtp import SmtpPool
from notifications.suppression import AddressDigest
from shared.clock import now
from shared.contacts import Found
from shared.logging import log
from shared.settings import Settings

LOOK_UP_SECONDS = 10
NO_PUBLISHER = Outcome(Verdict.PUBLISHER_AWAY, "the publisher is away")
NO_CONTACT = Outcome(Verdict.LATER, "the contact could not be looked up")
"""It may be because of one of the mails that were looked up together: they come back one by one."""


@dataclass(frozen=True)
class Look:
    """What a publisher still has of some mails' contacts, or what comes of these; digests, and which take no mail."""

    found: Found | Outcome
    digests: Mapping[UUID, str]
    unwanted: set[str]


@dataclass(frozen=True)
class MailTransport:
    """What sending takes."""

    smtp: SmtpPool
    contacts: Contacts
    sender: Sender
    digest_of: AddressDigest
    lease_seconds: float
    retry_seconds: float

    async def look_up(self, publisher: str, deliveries: Sequence[Delivery]) -> Found | Outcome:
        """What the publisher still has of the mails' contacts and texts, or what comes of them without."""
        try:
            async with asyncio.timeout(LOOK_UP_SECONDS):
                return await self.contacts.look_up(publisher, deliveries)
        except (ContactsAway, TimeoutError) as error:
            log.warning("contacts could not be looked up", publisher=publisher, mails=len(deliveries), exc_info=error)
            return NO_PUBLISHER if isinstance(error, NobodyAnswers) else NO_CONTACT

    async def prepared(self, delivery: Delivery, look: Look) -> Mail | Outcome:
        """The mail, or what comes of it when there is none."""
        if delivery.may_have_arrived:
            log_of(delivery).warning("an earlier attempt may have reached its reader")
        if delivery.is_spent(now()):
            return Outcome(Verdict.SPENT)
        if isinstance(look.found, Outcome):
            return look.found
        contact = look.found.contacts.get(delivery.contact_id)
        words = look.found.texts.get(delivery.text_id) if delivery.text_id else {}
        if contact is None or words is None:
            return Outcome(Verdict.GONE, f"{look.found.service} no longer has the {'text' if contact else 'contact'}")
        digest = look.digests[delivery.contact_id]
        if digest in look.unwanted:
            return Outcome(Verdict.SUPPRESSED)
        written = await self._written(delivery, Addressee(contact.email, contact.language, words))
        return replace(written, digest=digest) if isinstance(written, Mail) else written

    async def _written(self, delivery: Delivery, to: Addressee) -> Mail | Outcome:
        try:
            before = asyncio.get_running_loop().time() + LOOK_UP_SECONDS
            return write(delivery, to, self.sender, await self.contacts.enclosure_of(delivery, before))
        except NobodyAnswers:
            return NO_PUBLISHER
        except (ContactsAway, TimeoutError):
            return Outcome(Verdict.LATER, "what it encloses could not be looked up")
        except NotAnAddress:
            return Outcome(Verdict.REFUSED, "the contact has no valid e-mail address")
        except (LookupError, TypeError, ValueError, TemplateError) as error:
            log_of(delivery).error("a mail could not be written", exc_info=error)
            return Outcome(Verdict.OUR_FAULT, "the mail could not be written", Stage.TEXT)


@asynccontextmanager
async def open_transport(settings: Settings) -> AsyncIterator[MailTransport]:
    sender = Sender.parse(settings.mail_from, settings.mail_contact, settings.resident_pages)
    digest_of, lease, retry = AddressDigest(settings), settings.mail_lease_seconds, settings.mail_retry_seconds
    async with httpx.AsyncClient(timeout=5) as client, SmtpPool(settings, sender) as smtp:
        yield MailTransport(smtp, Contacts(settings, client), sender, digest_of, lease, retry)


def log_of(delivery: Delivery) -> BoundLogger:
    return log.bind(delivery_id=str(delivery.id), event_id=str(delivery.event_id))
