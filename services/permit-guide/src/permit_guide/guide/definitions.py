"""The shape of a guide's file: its questions, the rules about the answers, and what they oblige to."""

from collections.abc import Mapping
from datetime import date
from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from definitions.kinds import Versioned
from permit_guide.guide.conditions import Answer, Conditions, Strict
from shared.events import Code

Words = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_]{0,59}$")]
Kind = Literal["anmalan", "ansokan", "registrering", "rapport", "info"]
Lead = Annotated[str, StringConstraints(pattern=r"^([1-9][0-9]?[dwm]|before_start)$")]
"""How long before the start it must be sent in: `6w`, `3m`, or some time before it."""

RESERVED = frozenset({"date", "definition", "language", "datum", "fler", "fraga", "ny", "u"})
"""What an address has besides answers, of the guide and of its pages in the portal."""
UNSURE = "vet_ej"
"""The answer of somebody who does not know. Any question takes it."""


class Labelled(Strict):
    """Something people read, in both languages."""

    sv: Words
    en: Words


class Option(Labelled):
    value: Name


class Question(Labelled):
    id: Name
    type: Literal["choice", "multi", "bool", "number"]
    options: list[Option] = Field(default_factory=list)
    ask_if: Conditions = Field(default_factory=dict, description="Asked when these hold; without any, always.")
    help: Labelled | None = None
    optional: bool = Field(False, description="The result is whole without it.")
    register_name: Literal["areas"] | None = Field(None, description="What may know the answer, beside who is asked.")

    @cached_property
    def values(self) -> frozenset[str]:
        return frozenset(option.value for option in self.options)


class Rule(Strict):
    """Whoever sends in on a day of its time, and has given these answers, is obliged."""

    id: Annotated[str, StringConstraints(pattern=r"^R[1-9][0-9]?[a-z]?$")]
    when: Conditions = Field(default_factory=dict)
    unsure: bool = Field(False, description="Fires when somebody does not know an answer, and has no conditions.")
    obligation: Code
    kind: Kind
    lead: Lead | None = None
    legal: list[Words] = Field(default_factory=list)
    valid_from: date | None = Field(None, description="The first day that what is sent in follows it.")
    valid_to: date | None = Field(None, description="The last.")
    note: Labelled | None = Field(None, description="What this rule says, besides what all of the obligation do.")

    def holds_on(self, day: date) -> bool:
        return (self.valid_from or day) <= day <= (self.valid_to or day)


class YearlyDay(Strict):
    month: int = Field(ge=1, le=12)
    day: int = Field(ge=1, le=31)

    def after(self, day: date) -> date:
        this_year = date(day.year, self.month, self.day)
        return this_year if this_year >= day else this_year.replace(year=day.year + 1)


class Headings(Strict):
    """What the town's guide tells of each, under the same headings. What is left out, its kind or authority tells."""

    cost: Labelled | None = None
    duration: Labelled | None = None
    consider: Labelled | None = None
    questions: Labelled | None = None
    send_in: Labelled | None = None
    afterwards: Labelled | None = None


class OwnHeadings(Headings):
    begin_in_time: Labelled


class Telling(Labelled):
    """A kind or an authority, and what is told of all that is of it."""

    headings: Headings = Headings()


class Obligation(Labelled):
    authority: Name
    requires_first: list[Code] = Field(default_factory=list, description="Others, which must be done before.")
    first: list[Labelled] = Field(default_factory=list, description="What else must be done before.")
    yearly: YearlyDay | None = None
    eservice: Code | None = None
    fills: dict[Name, Name] = Field(default_factory=dict, description="A field of the e-service, by the question.")
    search: list[Words] = Field(default_factory=list, description="Words that people look for it by.")
    headings: OwnHeadings


class Golden(Strict):
    """Answers, and what they oblige to. A guide in which it does not hold is broken."""

    name: Words
    facts: dict[Name, bool | int | float | str | list[str]]
    day: date | None = Field(None, description="When it is sent in.")
    expect: list[Code]
    fired: list[str] | None = Field(None, description="Exactly the rules that fire, where that matters too.")


class Guide(Labelled, Versioned):
    id: Code
    tested_on: date = Field(description="The day of the golden cases that name none.")
    kinds: dict[Kind, Telling]
    authorities: dict[Name, Telling]
    questions: list[Question] = Field(min_length=1)
    rules: list[Rule] = Field(min_length=1)
    obligations: dict[Code, Obligation]
    golden: list[Golden] = Field(min_length=1)

    @cached_property
    def by_id(self) -> Mapping[str, Question]:
        return {question.id: question for question in self.questions}

    def headings_of(self, obligation: Obligation, kind: Kind) -> dict[str, Labelled]:
        """The seven, in their order: its own, or else its authority's, or else its kind's."""
        tellers = (obligation, self.authorities[obligation.authority], self.kinds[kind])
        told = {name: [getattr(one.headings, name) for one in tellers] for name in Headings.model_fields}
        found = {name: text for name, texts in told.items() if (text := next(filter(None, texts), None))}
        return {"begin_in_time": obligation.headings.begin_in_time, **found}


Known = dict[str, Answer]
