"""Which mails tell of what somebody filled in for somebody else to sign. Staff get nothing before it is signed."""

from collections.abc import Mapping

from notifications.rules.cases import title_in
from notifications.rules.notices import Email, Notice, Priority
from shared.events import ApplicationSigned, SignatureDeclined, SignatureLapsed, SignatureRequested
from shared.events.signatures import SignatureEvent

TEMPLATES: Mapping[type[SignatureEvent], str] = {
    ApplicationSigned: "application_signed",
    SignatureDeclined: "signature_declined",
    SignatureLapsed: "signature_lapsed",
}
"""The mail to whoever filled in an application for somebody else to sign."""


def notices_of_signature(event: SignatureEvent) -> list[Notice]:
    context = {"reference": event.reference, "kind": event.kind, "title": title_in(event, event.language)}
    if isinstance(event, SignatureRequested):
        context["lapses_on"] = event.lapses_on.isoformat()
        return [Email(event.signer_contact_id, "signature_requested", context, event.request_id)]
    if event.sender_contact_id is None:
        return []
    return [Email(event.sender_contact_id, TEMPLATES[type(event)], context, priority=Priority.STATUTORY)]
