"""What answers oblige to, and what each rule makes of them."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from permit_guide.guide.conditions import Answer, Answers, DoesNotSuit, Expected, Unsure, all_of, holds
from permit_guide.guide.definitions import Guide, Obligation, Question, Rule

DAYS_OF = {"d": 1, "w": 7}


class Verdict(StrEnum):
    FIRED = "fired"
    NO_MATCH = "no_match"
    CANNOT_TELL = "cannot_tell_yet"
    ERROR = "error"


@dataclass(frozen=True)
class Judged:
    """A rule, what became of it, and the questions whose answers made it so, or that wait for one."""

    rule: Rule
    verdict: Verdict
    because: tuple[str, ...] = ()
    in_time: bool = True


@dataclass(frozen=True)
class Obliged:
    """What somebody must do, by the first of its rules that fired."""

    id: str
    obligation: Obligation
    judged: Judged
    begins: date | None
    """When it can be sent in. None when what comes first takes nobody knows how long."""
    earliest_start: date | None
    requires_first: tuple[str, ...]
    due: date | None

    @property
    def rule(self) -> Rule:
        return self.judged.rule


@dataclass(frozen=True)
class Result:
    obliged: list[Obliged]
    judged: list[Judged]
    missing: list[Question]
    optional: list[Question]


def result_of(guide: Guide, given: Answers, day: date) -> Result:
    answers = counted(guide, given)
    judged = [judge(rule, guide, answers, day) for rule in guide.rules]
    asked = [one for one in guide.questions if one.id not in answers and is_asked(one, guide, answers)]
    return Result(
        obliged=obliged(guide, judged, day),
        judged=judged,
        missing=[question for question in asked if not question.optional],
        optional=[question for question in asked if question.optional],
    )


def counted(guide: Guide, given: Answers) -> Answers:
    """The answers without those to what is not asked of whoever answers so: they count for nothing."""
    kept: dict[str, Answer] = {}
    for question in guide.questions:
        if question.id in given and is_asked(question, guide, kept) is not False:
            kept[question.id] = given[question.id]
    return kept


def asked_of(guide: Guide, given: Answers) -> list[Question]:
    """What is asked of whoever answers so."""
    those = counted(guide, given)
    return [question for question in guide.questions if is_asked(question, guide, those)]


def is_asked(question: Question, guide: Guide, answers: Answers) -> bool | None:
    """Whether its time has come. None when that hangs on what is asked before it."""
    return all_of(_becomes(name, expected, guide, answers) for name, expected in question.ask_if.items())


def _becomes(name: str, expected: Expected, guide: Guide, answers: Answers) -> bool | None:
    """Whether the answer to the question is as expected. It never is when the question is never asked."""
    if name not in answers and is_asked(guide.by_id[name], guide, answers) is False:
        return False
    return holds(expected, answers.get(name))


def judge(rule: Rule, guide: Guide, answers: Answers, day: date) -> Judged:
    if not rule.holds_on(day):
        return Judged(rule, Verdict.NO_MATCH, in_time=False)
    if rule.unsure:
        doubtful = tuple(name for name, answer in answers.items() if isinstance(answer, Unsure))
        return Judged(rule, Verdict.FIRED if doubtful else Verdict.NO_MATCH, doubtful)
    try:
        held = {name: _becomes(name, expected, guide, answers) for name, expected in rule.when.items()}
    except DoesNotSuit:
        return Judged(rule, Verdict.ERROR, tuple(rule.when))
    if False in held.values():
        return Judged(rule, Verdict.NO_MATCH, tuple(name for name, value in held.items() if value is False))
    waits = tuple(name for name, value in held.items() if value is None)
    return Judged(rule, Verdict.CANNOT_TELL, waits) if waits else Judged(rule, Verdict.FIRED, tuple(held))


def obliged(guide: Guide, judged: list[Judged], day: date) -> list[Obliged]:
    """Each once, the longest lead time first; what must be awaited without a known time before what takes none."""
    fired: dict[str, Judged] = {}
    for one in judged:
        if one.verdict is Verdict.FIRED:
            fired.setdefault(one.rule.obligation, one)
    found = [_obliged(guide, name, fired, day) for name in fired]
    return sorted(found, key=lambda one: _order(one.rule), reverse=True)


def _order(rule: Rule) -> tuple[int, int]:
    if rule.lead is None:
        return (1 if rule.kind == "ansokan" else 0, 0)
    days = (after(date(2026, 1, 1), rule.lead) - date(2026, 1, 1)).days
    return (2, days) if days else (0, 1)


def _obliged(guide: Guide, name: str, fired: dict[str, Judged], day: date) -> Obliged:
    obligation, rule = guide.obligations[name], fired[name].rule
    first = tuple(one for one in obligation.requires_first if one in fired)
    begins = _begins(guide, first, fired, day)
    return Obliged(
        id=name,
        obligation=obligation,
        judged=fired[name],
        begins=begins,
        earliest_start=after(begins, rule.lead) if begins and rule.lead else None,
        requires_first=first,
        due=obligation.yearly.after(day) if obligation.yearly else None,
    )


def _begins(guide: Guide, first: tuple[str, ...], fired: dict[str, Judged], day: date) -> date | None:
    """The day on which the last of what comes first is done."""
    done = [_obliged(guide, name, fired, day).earliest_start for name in first]
    return None if None in done else max([day, *(one for one in done if one)])


def after(day: date, lead: str) -> date:
    """The first day on which the lead time has passed."""
    if lead == "before_start":
        return day
    number, unit = int(lead[:-1]), lead[-1]
    if unit != "m":
        return day + timedelta(days=number * DAYS_OF[unit])
    years, month = divmod(day.month - 1 + number, 12)
    first = date(day.year + years, month + 1, 1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return min(first + timedelta(days=day.day - 1), last)
