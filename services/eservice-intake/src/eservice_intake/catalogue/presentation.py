"""E-services as the public reads them, in one language."""

from typing import Annotated, Literal

import pydantic
from pydantic import BaseModel
from pydantic.json_schema import Examples

from eservice_intake.catalogue.definitions import (
    ByField,
    Comparison,
    FormField,
    Number,
    Scalar,
)
from eservice_intake.catalogue.eservices import Catalogue, EService
from eservice_intake.catalogue.labels import Labelled

Id = Annotated[str, Examples(["klagomal-olagenhet"])]
Title = Annotated[str, Examples(["Complaint about a nuisance to human health or the environment"])]
Kind = Annotated[str, Examples(["klagomal"])]
KindLabel = Annotated[str, Examples(["Complaint"])]
Unit = Annotated[str, Examples(["halsoskydd"])]
UnitLabel = Annotated[str, Examples(["Health protection"])]
FieldName = Annotated[str, Examples(["complainant_email"])]
FieldType = Annotated[str, Examples(["email"])]
Label = Annotated[str, Examples(["E-mail"])]
AS_WRITTEN = {"id", "minutes", "kind", "unit", "priority", "login", "anonymous_allowed", "bookable"}


class EServiceBrief(BaseModel):
    """One line of the list."""

    id: Id
    title: Title
    summary: Annotated[str, Examples(["For anyone disturbed by, for example, noise, smell, smoke or littering."])]
    version: str = pydantic.Field(
        description="Of all that it says: send it as `definition` with what is filled in.", examples=["5f0c" * 16]
    )
    minutes: int = pydantic.Field(description="How long it takes to fill in.", examples=[10])
    kind: Kind
    kind_label: KindLabel
    unit: Unit
    unit_label: UnitLabel
    priority: Literal["normal", "urgent"]
    login: Literal["eid", "none", "eid_or_none"] = pydantic.Field(
        description="Whether one signs in with an e-identification: always, never, or if one wants to be known."
    )
    anonymous_allowed: bool
    bookable: bool = pydantic.Field(
        description="Whether a time with staff of its unit can be booked when it is sent in."
    )


class ShownOption(BaseModel):
    value: str
    label: str


class ShownField(BaseModel):
    """A field and its rules. Rules that do not apply are left out."""

    name: FieldName
    block: str | None = None
    type: FieldType
    label: Label
    required: bool
    topic: str | None = pydantic.Field(None, description="The title of the page that the field begins, if it does.")
    note: str | None = None
    options: list[ShownOption] | None = None
    pattern: str | None = None
    example: str | None = None
    min_length: int | None = None
    max_length: int | None = None
    min: Number | str | None = None
    max: Number | str | None = None
    more_than: Number | None = None
    after: str | None = None
    max_field: str | None = None
    instead_of: str | None = pydantic.Field(None, description="The field that may be left out when this is answered.")
    show_if: dict[str, Scalar | list[Scalar] | Comparison] | None = None
    must_be: bool | None = None
    computed: str | None = None
    multiple: bool | None = None
    min_count: int | None = None
    max_count: int | None = None
    sensitive: bool | None = None
    prefill: str | None = None
    autocomplete: str | None = pydantic.Field(None, description="What of the sender's own a browser may fill in.")
    fields: list["ShownField"] | None = None


class ShownBlock(BaseModel):
    """A heading over the fields that name the block. Fields of no block are the e-service's own."""

    id: str
    title: str


class ShownLeadTime(BaseModel):
    value: int
    unit: str
    before: str
    applies_to: str | None = None
    text: str


class ShownDeadline(BaseModel):
    month: int
    day: int
    of: str
    roll_to_next_workday: bool
    text: str


class ShownFee(BaseModel):
    kind: Annotated[str, Examples(["none"])]
    hours: int | None = None
    text: Annotated[str, Examples(["No fee."])]


class EServiceShown(EServiceBrief):
    """Everything a person or a frontend needs before and while filling in."""

    kind_by_field: ByField | None = None
    unit_by_field: ByField | None = None
    login_reason: str | None = pydantic.Field(None, description="Why `login` is `eid`, in words for people.")
    legal_basis: Annotated[list[str], Examples([["Chapter 9, Section 3 of the Environmental Code"]])]
    lead_time: ShownLeadTime | None = None
    may_start: str | None = None
    handling_target_days: int | None = None
    deadline: ShownDeadline | None = None
    fee: ShownFee
    follow_up_of: str | None = None
    notes: Annotated[list[str], Examples([[]])]
    receipt_to: FieldName
    blocks: list[ShownBlock]
    fields: list[ShownField]


class Presenter:
    def __init__(self, catalogue: Catalogue, language: str) -> None:
        self.catalogue = catalogue
        self.language = language

    def listed(self) -> list[EServiceBrief]:
        briefs = [self.brief(eservice) for eservice in self.catalogue.eservices.values()]
        return sorted(briefs, key=lambda brief: brief.title.casefold())

    def brief(self, eservice: EService) -> EServiceBrief:
        return EServiceBrief(
            title=self._say(eservice),
            summary=self._say(eservice.summary),
            kind_label=self._say(self.catalogue.kinds[eservice.kind]),
            unit_label=self._say(self.catalogue.units[eservice.unit]),
            version=eservice.version,
            **eservice.model_dump(include=AS_WRITTEN),
        )

    def shown(self, eservice: EService) -> EServiceShown:
        lead_time, deadline, fee = eservice.lead_time, eservice.deadline, eservice.fee
        return EServiceShown(
            **dict(self.brief(eservice)),
            kind_by_field=eservice.kind_by_field,
            unit_by_field=eservice.unit_by_field,
            login_reason=eservice.login_reason and self._say(eservice.login_reason),
            legal_basis=[self._say(law) for law in eservice.legal_basis],
            lead_time=lead_time and ShownLeadTime(text=self._say(lead_time), **_plain(lead_time)),
            may_start=eservice.may_start and self._say(eservice.may_start),
            handling_target_days=eservice.handling_target_days,
            deadline=deadline and ShownDeadline(text=self._say(deadline), **_plain(deadline)),
            fee=ShownFee(text=self._say(fee), **_plain(fee)),
            follow_up_of=eservice.follow_up_of,
            notes=[self._say(note) for note in eservice.notes],
            receipt_to=eservice.receipt_to,
            blocks=[ShownBlock(id=name, title=self._say(self.catalogue.blocks[name])) for name in eservice.blocks],
            fields=[self._field(field, section.block) for section in eservice.sections for field in section.fields],
        )

    def _field(self, field: FormField, block: str | None = None) -> ShownField:
        rules = field.model_dump(exclude={"sv", "en", "topic", "note", "options", "fields"}, exclude_defaults=True)
        return ShownField(
            **{"required": False, **rules},
            block=block,
            label=self._say(field),
            topic=field.topic and self._say(field.topic),
            note=field.note and self._say(field.note),
            options=field.options and [ShownOption(value=o.value, label=self._say(o)) for o in field.options],
            fields=field.fields and [self._field(inner) for inner in field.fields],
        )

    def _say(self, words: Labelled) -> str:
        return words.text.in_language(self.language)


def _plain(labelled: Labelled) -> dict[str, object]:
    return labelled.model_dump(exclude={"sv", "en"})
