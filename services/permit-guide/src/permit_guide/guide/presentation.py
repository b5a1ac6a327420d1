"""What a guide shows, in the reader's language."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from permit_guide.guide.conditions import Answer, Answers, Unsure
from permit_guide.guide.definitions import UNSURE, Guide, Labelled, Question
from permit_guide.guide.judging import Judged, Obliged, Result, Verdict, is_asked
from permit_guide.guide.shown import (
    Because,
    EServiceLink,
    Given,
    GuideShown,
    HeadingShown,
    Matching,
    Named,
    ObligationShown,
    OptionShown,
    QuestionShown,
    ResultShown,
    RuleShown,
)
from shared.events import Language

TITLES: Mapping[str, Labelled] = {
    "begin_in_time": Labelled(sv="Börja i god tid", en="Begin in good time"),
    "cost": Labelled(sv="Så mycket kostar det", en="What it costs"),
    "duration": Labelled(sv="Så lång tid tar det", en="How long it takes"),
    "consider": Labelled(sv="Tänk på följande", en="Keep in mind"),
    "questions": Labelled(sv="Har du frågor", en="If you have questions"),
    "send_in": Labelled(sv="Skicka in din ansökan", en="Send it in"),
    "afterwards": Labelled(sv="Detta händer sen", en="What happens next"),
}
UNITS = {
    "d": (
        Labelled(sv="1 dag före start", en="1 day before the start"),
        Labelled(sv="{} dagar före start", en="{} days before the start"),
    ),
    "w": (
        Labelled(sv="1 vecka före start", en="1 week before the start"),
        Labelled(sv="{} veckor före start", en="{} weeks before the start"),
    ),
    "m": (
        Labelled(sv="1 månad före start", en="1 month before the start"),
        Labelled(sv="{} månader före start", en="{} months before the start"),
    ),
}
BEFORE_START = Labelled(sv="före start", en="before the start")
YES_NO = {True: Labelled(sv="Ja", en="Yes"), False: Labelled(sv="Nej", en="No")}
NOT_KNOWN = Labelled(sv="Vet inte", en="I do not know")


class Presenter:
    """A guide for a reader of a language."""

    def __init__(self, guide: Guide, language: Language) -> None:
        self.guide, self.language = guide, language

    def said(self, text: Labelled) -> str:
        return text.en if self.language == "en" else text.sv

    def shown(self) -> GuideShown:
        questions = [self.question(question) for question in self.guide.questions]
        return GuideShown(
            id=self.guide.id, title=self.said(self.guide), version=self.guide.version, questions=questions
        )

    def question(self, question: Question) -> QuestionShown:
        return QuestionShown(
            id=question.id,
            type=question.type,
            label=self.said(question),
            help=self.said(question.help) if question.help else None,
            options=[OptionShown(value=option.value, label=self.said(option)) for option in question.options],
            optional=question.optional,
            register_name=question.register_name,
            ask_if=dict(question.ask_if),
        )

    def named(self, identifier: str, text: Labelled) -> Named:
        return Named(id=identifier, title=self.said(text))

    def obligation_named(self, name: str) -> Named:
        return self.named(name, self.guide.obligations[name])

    def result(self, result: Result, answers: Answers, day: date) -> ResultShown:
        starts = [one.earliest_start for one in result.obliged if one.rule.kind not in ("rapport", "info")]
        missing = result.missing
        return ResultShown(
            version=self.guide.version,
            day=day,
            earliest_start=None if None in starts else max([day, *(start for start in starts if start)]),
            answers=list(self._given(answers)),
            next=self.question(missing[0]) if missing else None,
            missing=[self.named(question.id, question) for question in missing],
            optional=[self.named(question.id, question) for question in result.optional],
            obligations=[self._obliged(one, answers) for one in result.obliged],
            rules=[self._rule(judged, answers) for judged in result.judged],
        )

    def matching(self, name: str) -> Matching:
        obligation = self.guide.obligations[name]
        return Matching(
            id=name,
            title=self.said(obligation),
            summary=self.said(obligation.headings.begin_in_time),
            authority=self.named(obligation.authority, self.guide.authorities[obligation.authority]),
            eservice=obligation.eservice,
        )

    def _given(self, answers: Answers) -> Iterator[Given]:
        for question in self.guide.questions:
            if question.id in answers:
                because = self._because(question.id, answers[question.id])
                asked = is_asked(question, self.guide, answers) is not False
                yield Given(**because.model_dump(), asked=asked, optional=question.optional)

    def _obliged(self, one: Obliged, answers: Answers) -> ObligationShown:
        obligation, kind = one.obligation, one.rule.kind
        headings = self.guide.headings_of(obligation, kind)
        return ObligationShown(
            id=one.id,
            title=self.said(obligation),
            kind=self.named(kind, self.guide.kinds[kind]),
            authority=self.named(obligation.authority, self.guide.authorities[obligation.authority]),
            lead_time=one.rule.lead,
            lead_time_label=self._lead(one.rule.lead),
            requires_first=[self.obligation_named(name) for name in one.requires_first],
            first=[self.said(text) for text in obligation.first],
            begins=one.begins,
            earliest_start=one.earliest_start,
            due=one.due,
            fee=self.said(headings["cost"]),
            legal_basis=one.rule.legal,
            rule=self._rule(one.judged, answers),
            eservice=_link(one, answers),
            headings=[
                HeadingShown(id=name, title=self.said(title), text=self.said(headings[name]))
                for name, title in TITLES.items()
            ],
        )

    def _lead(self, lead: str | None) -> str | None:
        if lead is None or lead == "before_start":
            return self.said(BEFORE_START) if lead else None
        number = int(lead[:-1])
        return self.said(UNITS[lead[-1]][number > 1]).format(number)

    def _rule(self, judged: Judged, answers: Answers) -> RuleShown:
        rule = judged.rule
        return RuleShown(
            id=rule.id,
            obligation=self.obligation_named(rule.obligation),
            verdict=judged.verdict,
            because=[self._because(name, answers[name]) for name in judged.because if name in answers],
            waits_for=[self.named(name, self.guide.by_id[name]) for name in judged.because if name not in answers]
            if judged.verdict is Verdict.CANNOT_TELL
            else [],
            legal_basis=rule.legal,
            valid_from=rule.valid_from,
            valid_to=rule.valid_to,
            in_time=judged.in_time,
            note=self.said(rule.note) if rule.note else None,
        )

    def _because(self, name: str, answer: Answer) -> Because:
        question = self.guide.by_id[name]
        labels = {option.value: self.said(option) for option in question.options}
        shown = as_shown(answer)
        if isinstance(answer, Unsure):
            words = self.said(NOT_KNOWN)
        elif isinstance(answer, bool):
            words = self.said(YES_NO[answer])
        elif isinstance(answer, tuple):
            words = ", ".join(labels[one] for one in answer)
        else:
            words = labels.get(str(answer), self._number(str(answer)))
        return Because(question=name, label=self.said(question), answer=shown, answer_label=words)

    def _number(self, number: str) -> str:
        return number if self.language == "en" else number.replace(".", ",")


def as_shown(answer: Answer) -> Any:
    """As JSON has it."""
    if isinstance(answer, Unsure):
        return UNSURE
    if isinstance(answer, tuple):
        return list(answer)
    return answer if isinstance(answer, bool | str) else float(answer)


def _link(one: Obliged, answers: Answers) -> EServiceLink | None:
    if one.obligation.eservice is None:
        return None
    known = {field: answers[name] for field, name in one.obligation.fills.items() if name in answers}
    fits = {field: as_shown(answer) for field, answer in known.items() if not isinstance(answer, Unsure)}
    return EServiceLink(id=one.obligation.eservice, answers=fits)
