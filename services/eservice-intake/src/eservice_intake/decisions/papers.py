"""Decisions and appeals as documents, in words."""

from collections.abc import Mapping

from eservice_intake.cases.models import Case
from eservice_intake.catalogue.answers import ReadAnswer
from eservice_intake.catalogue.eservices import catalogue
from eservice_intake.decisions.appeals import Appeal
from eservice_intake.decisions.delegation import decisions
from eservice_intake.decisions.models import Decision
from eservice_intake.documents.pdf import Document, Part
from eservice_intake.fees.tables import Calculation
from shared.clock import day_in_sweden
from shared.errors import Text, in_numbers
from shared.events import Language

WORDS: Mapping[str, Text] = {
    "title": Text(sv="Beslut", en="Decision"),
    "proposal": Text(sv="Förslag till beslut", en="Proposed decision"),
    "eservice": Text(sv="Ärende", en="Case"),
    "diary": Text(sv="Diarienummer", en="Diary number"),
    "decided": Text(sv="Beslutat", en="Decided"),
    "decider": Text(sv="Beslutat av", en="Decided by"),
    "conditions": Text(sv="Villkor", en="Conditions"),
    "fee": Text(sv="Avgift", en="Fee"),
    "changed_fee": Text(sv="Avgiften är ändrad: {reason}", en="The fee was changed: {reason}"),
    "kronor": Text(sv="{amount} kronor", en="SEK {amount}"),
    "reasons": Text(sv="Skäl", en="Reasons"),
    "legal_basis": Text(sv="Lagstöd", en="Legal basis"),
    "appeal": Text(sv="Hur man överklagar", en="How to appeal"),
    "delegation": Text(sv="{name}, enligt delegation {item}", en="{name}, by delegation {item}"),
    "replaced": Text(sv="Beslutet är ersatt av ett senare.", en="A later decision holds instead of this one."),
    "revoked": Text(sv="Beslutet är upphävt.", en="This decision was revoked."),
    "about": Text(sv="Gäller", en="About"),
    "change": Text(sv="Ändring av beslut {earlier}", en="Change of decision {earlier}"),
    "revocation": Text(sv="Upphävande av beslut {earlier}", en="Revocation of decision {earlier}"),
    "upheld": Text(sv="Beslutet är överklagat och står fast.", en="This decision was appealed, and stands."),
    "changed": Text(sv="Beslutet är ändrat av överinstansen.", en="A court has changed this decision."),
    "annulled": Text(sv="Beslutet är upphävt av överinstansen.", en="A court has annulled this decision."),
    "appeal_title": Text(sv="Överklagande", en="Appeal"),
    "received": Text(sv="Inkom", en="Received"),
}


def _say(word: str, language: Language, **values: str) -> str:
    return WORDS[word].in_language(language).format(**values)


def how_to_appeal(case: Case, decision: Decision, language: Language) -> str:
    if not decision.appealable:
        return decisions(decision.decided_at).not_appealable.text.in_language(language)
    return decisions(decision.decided_at).told_how_to_appeal(language).format(diary_number=case.diary)


def fee_lines(decision: Decision, language: Language) -> list[str]:
    """How the fee was computed, in words, and why it is another one if it is."""
    if decision.fee_basis is None:
        return []
    basis = Calculation.model_validate({name: decision.fee_basis[name] for name in Calculation.model_fields})
    reason = decision.fee_basis.get("reason")
    changed = [_say("changed_fee", language, reason=str(reason))] if reason else []
    return [*basis.lines(language), *changed]


def decision_document(case: Case, decision: Decision, language: Language | None = None) -> Document:
    """The decision, in the applicant's language unless another is asked for. Its own words are as they were written."""
    chosen = language or case.language
    day = day_in_sweden(decision.decided_at or case.received_at)
    return Document(
        title=_say("proposal" if decision.is_proposal else "title", chosen),
        language=chosen,
        day=day,
        footer=f"{case.diary}:{decision.number}",
        facts=_facts(case, decision, chosen),
        parts=_parts(case, decision, chosen),
    )


def _facts(case: Case, decision: Decision, language: Language) -> list[ReadAnswer]:
    values = {
        "diary": case.diary,
        "eservice": catalogue().sent_with(case).text.in_language(language),
    }
    if decision.about_number is not None:
        values["about"] = _say(decision.act, language, earlier=f"{case.diary}:{decision.about_number}")
    if decision.decided_at is not None:
        decider = {"name": decision.decided_by_name or "", "item": decision.delegation or ""}
        values["decided"] = day_in_sweden(decision.decided_at).isoformat()
        values["decider"] = _say("delegation", language, **decider)
    return [ReadAnswer(word, _say(word, language), value) for word, value in values.items()]


def _parts(case: Case, decision: Decision, language: Language) -> list[Part]:
    undone = _undone(decision)
    outcome = decisions(decision.decided_at).outcomes[decision.outcome].text.in_language(language)
    fee = None if decision.fee is None else in_numbers(decision.fee).in_language(language)
    given = {
        "title": [outcome, *([_say(undone, language)] if undone else [])],
        "conditions": [f"{number}. {one}" for number, one in enumerate(decision.conditions, start=1)],
        "fee": [] if fee is None else [_say("kronor", language, amount=fee), *fee_lines(decision, language)],
        "reasons": decision.reasons.split("\n\n"),
        "legal_basis": decision.legal_basis,
        "appeal": how_to_appeal(case, decision, language).split("\n\n"),
    }
    return [Part(_say(word, language), paragraphs) for word, paragraphs in given.items() if paragraphs]


def _undone(decision: Decision) -> str | None:
    """The word that says what was done with it afterwards."""
    if decision.ruling is not None:
        return decision.ruling
    return "replaced" if decision.replaced_at else "revoked" if decision.revoked_at else None


def appeal_document(case: Case, appeal: Appeal) -> Document:
    facts = {"diary": case.diary, "received": appeal.received_on.isoformat()}
    language = Language.SWEDISH
    return Document(
        title=_say("appeal_title", language),
        language=language,
        day=appeal.received_on,
        footer=case.diary,
        facts=[ReadAnswer(word, _say(word, language), value) for word, value in facts.items()],
        parts=[Part(_say("appeal_title", language), appeal.text.split("\n\n"))],
    )
