"""A past case by a version that is not published yet: what would have become of it. Nothing of it is kept."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from fastapi import Request
from pydantic import BaseModel, Field

from definitions.kinds import Kind
from definitions.models import Definition, UnknownDefinition, definition_of
from eservice_intake.cases.finding import find_cases, rows_of
from eservice_intake.cases.forms import Form
from eservice_intake.cases.handling import READING, CaseRead
from eservice_intake.cases.models import Case
from eservice_intake.catalogue.eservices import ESERVICES, EService, catalogue
from eservice_intake.catalogue.rules import judged, protected
from eservice_intake.decisions.delegation import PUBLISHED as DELEGATION
from eservice_intake.decisions.delegation import Decisions, decisions
from eservice_intake.decisions.trials import whose
from eservice_intake.fees.definitions import PUBLISHED as TAXA
from eservice_intake.fees.definitions import fee_tables
from eservice_intake.fees.models import Fee, FeeFor, charge_on, fees_of
from eservice_intake.fees.tables import Taxa, table_on
from eservice_intake.lookups.models import RegisterCheck
from eservice_intake.lookups.rules import Check, as_registers_know
from shared.clock import day_in_sweden
from shared.database import Session
from shared.errors import Conflict, Text
from shared.events import Language, Outcome
from web import Caller, Router, Transaction, refusals
from web.dead_letters import Administrator

router = Router(tags=["Definitions"])
Outcomes = Mapping[str, str]
"""What becomes of a case, by what it is about."""
LABELS = {
    "kind": Text(sv="Slag av ärende", en="Kind of case"),
    "unit": Text(sv="Enhet", en="Unit"),
    "fee": Text(sv="Avgift", en="Fee"),
}


class NotOfThisCase(Conflict):
    """The case has nothing to do with that definition. Choose a case that was sent in to the e-service."""

    sv = "Ärendet har inget med den definitionen att göra. Välj ett ärende som har kommit in till e-tjänsten."


class NoAnswersLeft(Conflict):
    """The answers of the case are gone: its time is over. Choose a later case."""

    sv = "Ärendets svar är gallrade. Välj ett senare ärende."


class CaseTrialForm(Form):
    definition_id: UUID = Field(description="The version.", examples=["0197c2d4-5f0e-7b3a-9c41-2f6a4b6f7c11"])


class OutcomeTried(BaseModel):
    """Something that becomes of the case."""

    about: str = Field(description="`answers.<question>` is what is wrong with an answer.", examples=["kind"])
    label: str = Field(description="What it is about, in words.", examples=["Slag av ärende"])
    before: str | None = Field(description="By what holds for the case.", examples=["Anmälan"])
    after: str | None = Field(description="By the version that is tried.", examples=["Ansökan"])
    is_changed: bool


class CaseTried(BaseModel):
    """What would have become of the case, and what did. What is changed comes first."""

    items: list[OutcomeTried]


@dataclass(frozen=True)
class PastCase:
    """A case with its answers as they were sent in, and what registers said of them then."""

    case: Case
    answers: Mapping[str, Any]
    checks: Sequence[Check]
    language: Language
    fees: Sequence[Fee] = ()

    def by(self, eservice: EService) -> Outcomes:
        """Judged at the moment it came in, as it would be that day."""
        case, language = self.case, self.language
        wrong = protected(eservice, self.answers) or judged(eservice, self.answers, case.received_at)[1]
        found: dict[str, list[str]] = {}
        for one in wrong:
            found.setdefault(f"answers.{one.field}", []).append(one.message.in_language(language))
        known = as_registers_know(self.answers, self.checks)
        kind, unit = eservice.kind_for(known), eservice.unit_for(known)
        charged = charge_on(day_in_sweden(case.received_at), eservice.id, kind)
        return {
            "kind": eservice.kinds[kind].text.in_language(language),
            "unit": catalogue().units[unit].text.in_language(language),
            **({"fee": " · ".join(charged[0].calculated(charged[1]).lines(language))} if charged else {}),
            **{place: " ".join(messages) for place, messages in found.items()},
        }


def of_eservice(version: EService | None, past: PastCase) -> Outcomes:
    """By the version, or by the one that the case was sent in with. Raises NotOfThisCase."""
    if version is not None and version.id != past.case.eservice:
        raise NotOfThisCase
    return past.by(version or catalogue().sent_with(past.case))


def of_taxa(version: Taxa | None, past: PastCase) -> Outcomes:
    """What was charged, reckoned anew by the last table of the version; or by the tables of its days."""
    case, found = past.case, {}
    for about, day, minutes in _charged(past):
        table = version.tables[-1] if version else table_on(fee_tables(), day)
        if table and (one := table.charge_for(case.eservice, case.kind, control=about != "fee")):
            found[about] = " · ".join(table.calculated(one, minutes).lines(past.language))
    return found


def _charged(past: PastCase) -> Iterator[tuple[str, date, int | None]]:
    """What the case is or may be charged for, the day that decides, and how long it took if that is known."""
    of_application = (fee.computed.minutes for fee in past.fees if fee.about is FeeFor.APPLICATION)
    yield "fee", day_in_sweden(past.case.received_at), next(of_application, None)
    for fee in past.fees:
        if fee.controlled_on is not None:
            yield f"control.{fee.controlled_on}", fee.controlled_on, fee.computed.minutes


def of_delegation(version: Decisions | None, past: PastCase) -> Outcomes:
    """Who decides each way, and by which item: by the version, or today."""
    order, case = version or decisions(), past.case
    rules = {outcome: order.rule_for(case.eservice, case.kind, outcome) for outcome in Outcome}
    return {f"decision.{outcome}": who for outcome, rule in rules.items() if (who := whose(rule))}


Tried = Callable[[Any, PastCase], Outcomes]
"""What becomes of a case by a version; by what holds for it when none is given."""
KINDS: Mapping[str, tuple[Kind[Any], Tried]] = {
    kind.name: (kind, tried)
    for kind, tried in ((ESERVICES, of_eservice), (TAXA.kind, of_taxa), (DELEGATION.kind, of_delegation))
}


@router.post(
    "/cases/{reference}/trial",
    response_model=CaseTried,
    operation_id="try_definition_on_case",
    responses=refusals(*READING, UnknownDefinition, NotOfThisCase, NoAnswersLeft),
)
async def try_on_case(
    form: CaseTrialForm,
    opened: CaseRead,
    person: Administrator,
    request: Request,
    language: Caller,
    tx: Transaction,
) -> CaseTried:
    """Have a past case judged by a version of a definition. Nothing is kept but that it was read, which is audited."""
    version = await definition_of(tx, form.definition_id)
    past = await _past(tx, opened.case_id, request, language)
    opened.audit(tx, "try definition", past.case, definition_id=str(version.id), version=version.version)
    return _compared(*_outcomes(version, past), _labels(version, past), language)


async def _past(tx: Session, case_id: UUID, request: Request, language: Language) -> PastCase:
    """Raises NoAnswersLeft."""
    case = (await find_cases(tx, [case_id]))[case_id]
    if case.anonymised_at is not None:
        raise NoAnswersLeft
    form = catalogue().sent_with(case).form
    computed = {field.name for field in form if field.computed}
    opened = request.app.state.seal.opened_answers(form, case.answers)
    answers = {name: answer for name, answer in opened.items() if name not in computed}
    checks = [Check(one.field, one.verdict, one.told) for one in await rows_of(tx, RegisterCheck, case)]
    return PastCase(case, answers, checks, language, await fees_of(tx, case))


def _outcomes(version: Definition, past: PastCase) -> tuple[Outcomes, Outcomes]:
    kind, tried = KINDS[version.kind]
    return tried(None, past), tried(kind.load(version.content), past)


def _labels(version: Definition, past: PastCase) -> Mapping[str, Text]:
    """What the questions are called, in the version that was sent in with and in the one that is tried."""
    tried = [ESERVICES.load(version.content)] if version.kind == ESERVICES.name else []
    return {field.name: field.text for one in (*tried, catalogue().sent_with(past.case)) for field in one.form}


def _compared(before: Outcomes, after: Outcomes, questions: Mapping[str, Text], language: Language) -> CaseTried:
    found = [(name, before.get(name), after.get(name)) for name in dict.fromkeys([*before, *after])]
    lines = [
        OutcomeTried(
            about=name,
            label=_label_of(name, questions).in_language(language),
            before=was,
            after=now,
            is_changed=was != now,
        )
        for name, was, now in found
    ]
    return CaseTried(items=sorted(lines, key=lambda line: not line.is_changed))


def _label_of(about: str, questions: Mapping[str, Text]) -> Text:
    what, _, which = about.partition(".")
    match what:
        case "answers":
            name = which.partition(".")[0]
            return questions.get(name, Text(sv=name, en=name))
        case "control":
            return Text(sv=f"Kontrollen {which}", en=f"The inspection of {which}")
        case "decision":
            return decisions().outcomes[Outcome(which)].text
        case _:
            return LABELS[what]
