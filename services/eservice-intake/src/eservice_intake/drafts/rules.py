"""What a draft may be: the form of its e-service, filled in as far as somebody has come."""

import json
from collections.abc import Mapping
from datetime import datetime

from eservice_intake.catalogue.definitions import PROTECTED
from eservice_intake.catalogue.eservices import Catalogue, EService
from eservice_intake.catalogue.messages import violation
from eservice_intake.catalogue.rules import judged_so_far
from eservice_intake.drafts.models import Draft, DraftForm
from eservice_intake.identities.numbers import Seal
from shared.errors import Invalid, Violation

REFUSED = frozenset(
    {"unknown_eservice", "unknown_field", "computed", "type", "characters", "max_length", "max_count", PROTECTED}
)
"""What no form would send. Anything else that is wrong is kept as it was written, and said."""


def begun_with(catalogue: Catalogue, draft: Draft) -> EService | None:
    """The e-service as it was when the draft was begun. None when it has left the catalogue."""
    return catalogue.sent_with(draft) if draft.eservice in catalogue.eservices else None


def judged_draft(eservice: EService | None, form: DraftForm, at: datetime) -> list[Violation]:
    """What is to be mended before it is sent in."""
    if eservice is None:
        return [violation("eservice", "unknown_eservice")]
    return judged_so_far(eservice, form.answers, at)


def accepted(eservice: EService | None, form: DraftForm, at: datetime) -> list[Violation]:
    """As `judged_draft`. Raises Invalid when it has not the form of the e-service."""
    found = judged_draft(eservice, form, at)
    if refused := [wrong for wrong in found if wrong.code in REFUSED]:
        raise Invalid(*refused)
    return found


def sealed(eservice: EService, form: DraftForm, seal: Seal) -> DraftForm:
    """The form as it is kept."""
    answers = seal.of_answers(eservice.form, form.answers)
    return form.model_copy(update={"definition": eservice.version, "answers": answers})


def opened(eservice: EService | None, draft: Draft, seal: Seal) -> DraftForm:
    """What a draft says, as it was written."""
    answers = seal.opened_answers(eservice.form, draft.answers) if eservice else draft.answers
    return DraftForm.model_construct(
        eservice=draft.eservice, definition=draft.definition, language=draft.language, answers=answers
    )


def size_of(answers: Mapping[str, object]) -> int:
    """In bytes. Raises Invalid when a text in them cannot be written."""
    try:
        return len(json.dumps(answers, ensure_ascii=False).encode())
    except UnicodeEncodeError:
        raise Invalid(violation("answers", "characters")) from None
