"""The shape of the files in `eservices/` and of `catalogue.yaml`. A file with anything else in it is broken."""

from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from eservice_intake.catalogue.golden import GoldenCase
from eservice_intake.catalogue.labels import Labelled, Model, Words
from shared.errors import Text
from shared.events import Code

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
Written = Literal["text", "textarea", "email", "phone", "postal_code", "country", "foreign_country"]
Known = Literal["orgnr", "foreign_number", "personnr", "property_designation", "case_reference"]
Chosen = Literal["protected_identity", "bool", "choice", "multi_choice", "file"]
Counted = Literal["date", "datetime", "integer", "decimal"]
Several = Literal["address", "foreign_company", "point_sweref99tm", "repeat"]
FieldType = Literal[Written, Known, Chosen, Counted, Several]

Prefill = Literal[
    "company_register", "address_register", "water_protection_register", "identity_name", "identity_number"
]
Autocomplete = Literal["name", "organization", "email", "tel", "address"]

NUMBERS = frozenset({"integer", "decimal"})
TIMES = frozenset({"date", "datetime"})
TEXTS = frozenset({"text", "textarea"})
CHOICES = frozenset({"choice", "multi_choice"})
PROTECTED = "protected_identity"
"""A yes to it is refused, and nothing of the request is kept."""
SEALED = "gAAAA"
"""How an answer begins that is kept sealed, and no number."""
LISTS = frozenset({"multi_choice", "file", "repeat"})
LARGEST_NUMBER = 1_000_000_000_000
LONGEST_TEXT = {"text": 500, "textarea": 10_000}
MOST_FILES = 20
MOST_ROWS = 100

Number = int | float


class Option(Labelled):
    value: Words


class Comparison(Model):
    """What a number must be, each limit that is set."""

    lt: Number | None = None
    le: Number | None = None
    gt: Number | None = None
    ge: Number | None = None


Scalar = bool | int | float | str
Conditions = dict[str, Scalar | list[Scalar] | Comparison]
"""Field, or `group.field`, to what it must be: a value, any of several, or a comparison. All must hold."""


class FormField(Labelled):
    """One answer. A rule that is not set does not apply."""

    name: Name
    type: FieldType
    required: bool = False
    topic: Labelled | None = Field(None, description="What it and those after it are about: the title of their page.")
    note: Labelled | None = None
    options: list[Option] | None = Field(None, min_length=1)
    pattern: str | None = None
    example: str | None = Field(None, description="What the pattern takes; people are shown it.")
    min_length: int | None = Field(None, ge=1)
    max_length: int | None = Field(None, ge=1)
    min: Number | Literal["today", "now"] | None = None
    max: Number | Literal["today", "now"] | None = None
    more_than: Number | None = None
    after: Name | None = None
    max_field: Name | None = None
    show_if: Conditions | None = Field(None, min_length=1)
    must_be: bool | None = None
    instead_of: Name | None = Field(
        None, description="A required field that may be left out when this one is answered."
    )
    computed: str | None = None
    multiple: bool = False
    min_count: int | None = Field(None, ge=1)
    max_count: int | None = Field(None, ge=1)
    fields: list["FormField"] | None = Field(None, min_length=1)
    sensitive: bool = False
    prefill: Prefill | None = Field(
        None, description="What fills it in. A proved identity replaces what somebody wrote; registers check it."
    )
    autocomplete: Autocomplete | None = Field(None, description="What of the sender's own a browser may fill in.")

    @cached_property
    def is_list(self) -> bool:
        return self.type in ("multi_choice", "repeat") or self.multiple

    @cached_property
    def fewest(self) -> int:
        return self.min_count or int(self.required)

    @cached_property
    def most(self) -> int:
        if self.type == "multi_choice":
            return self.max_count or len(self.options or [])
        return self.max_count or (MOST_FILES if self.type == "file" else MOST_ROWS)

    @cached_property
    def shortest(self) -> int:
        return self.min_length or 1

    @cached_property
    def longest(self) -> int:
        return self.max_length or LONGEST_TEXT[self.type]

    @cached_property
    def refusal(self) -> Text:
        """What somebody with protected identity is told."""
        return (self.note or self).text

    @cached_property
    def smallest(self) -> Number | None:
        if isinstance(self.min, str):
            return None
        return self.min if self.min is not None or self.more_than is not None else -LARGEST_NUMBER

    @cached_property
    def largest(self) -> Number | None:
        if isinstance(self.max, str):
            return None
        return self.max if self.max is not None else LARGEST_NUMBER


class ByField(Model):
    """Which case applies, by the answer to a field."""

    field: Name
    cases: dict[str, list[Scalar]] = Field(min_length=1)

    def case_of(self, answers: Mapping[str, object]) -> str | None:
        answer = answers.get(self.field)
        return next((case for case, values in self.cases.items() if answer in values), None)


class Refusal(Labelled):
    """Answers that are well-formed but do not belong here, and what to do instead."""

    when: Conditions = Field(min_length=1)
    field: Name
    code: Name
    eservice: Code | None = Field(None, description="The e-service to use instead.")


class LeadTime(Labelled):
    value: int = Field(ge=0)
    unit: Literal["days", "weeks", "months"]
    before: str
    applies_to: str | None = Field(None, description="The only kind of matter it applies to.")


class Kind(Labelled):
    """What the law makes of a matter."""

    may_start: Literal["after_waiting_period", "after_decision"] | None = Field(
        None, description="When what is applied for or notified may begin, if anything is to begin."
    )
    answered: bool = Field(True, description="Whether the sender waits for an answer.")
    decided: bool = Field(True, description="Whether the answer is a decision, which the sender is served.")


class Deadline(Labelled):
    month: int = Field(ge=1, le=12)
    day: int = Field(ge=1, le=31)
    of: Literal["same_year", "following_year"]
    roll_to_next_workday: bool = False
    year_field: Name = Field(description="The answer that says which year is reported.")
    unless: Conditions | None = Field(None, min_length=1, description="Answers after which nothing is due next year.")


class Fee(Labelled):
    kind: str
    hours: int | None = None


class EServiceFile(Labelled):
    """An e-service as its file has it."""

    id: Code
    summary: Labelled = Field(description="Whom it is for, in a sentence.")
    minutes: int = Field(ge=1, description="How long it takes to fill in.")
    kind: str
    kind_by_field: ByField | None = None
    unit: str
    unit_by_field: ByField | None = None
    priority: Literal["normal", "urgent"] = "normal"
    legal_basis: list[Labelled] = Field(min_length=1)
    lead_time: LeadTime | None = None
    may_start: Labelled | None = None
    handling_target_days: int | None = None
    deadline: Deadline | None = None
    fee: Fee
    login: Literal["eid", "none", "eid_or_none"]
    login_reason: Labelled | None = Field(
        None,
        description="The law or other reason for which nobody can do without an e-identification. `eid` must have it.",
    )
    anonymous_allowed: bool = False
    follow_up_of: Code | None = None
    bookable: bool = Field(False, description="Whether a time with staff of its unit can be booked.")
    copied_to_county_board: bool = Field(False, description="The law has the municipality send a copy on.")
    notes: list[Labelled] = Field(default_factory=list)
    receipt_to: Name = Field(description="The e-mail field whose address gets the receipt.")
    blocks: list[str]
    fields: list[FormField] = Field(min_length=1)
    refuse_if: list[Refusal] = Field(default_factory=list)
    golden: list[GoldenCase] = Field(default_factory=list, description="Cases that every change is tried on.")


class Block(Labelled):
    """Fields that several e-services share. `last` blocks come after the e-service's own fields."""

    fields: list[FormField] = Field(min_length=1)
    last: bool = False
    on_behalf_if: Conditions | None = Field(
        None, min_length=1, description="When who sends in is not the applicant, whose identity is then not proved."
    )


class Unit(Labelled):
    diary: str = Field(pattern=r"^[A-ZÅÄÖ]{2,4}$", description="Its series of diary numbers.")


class CatalogueFile(Model):
    kinds: dict[Code, Kind]
    units: dict[Code, Unit]
    blocks: dict[str, Block]
