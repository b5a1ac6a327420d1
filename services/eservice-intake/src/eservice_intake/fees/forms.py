"""What is sent and shown of fees."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any, Self
from uuid import UUID

from pydantic import BaseModel, Field

from eservice_intake.cases.forms import Form
from eservice_intake.fees.models import Fee, FeeFor
from eservice_intake.fees.tables import LONGEST, Calculation
from shared.events import Language
from shared.fields import Day, Integer, Line, Prose

HIGHEST_FEE = 100_000_000


class EstimateForm(Form):
    """What is filled in so far. Only what decides the kind of case matters, and where it is."""

    answers: dict[str, Any] = Field(examples=[{"matter": "ny_anlaggning"}])


class CalculationShown(BaseModel):
    """What is to be paid by the taxa, and how that was reckoned."""

    item: str = Field(description="Of the taxa.", examples=["2.1"])
    amount: int | None = Field(description="In kronor. None where it depends on the hours.", examples=[1405])
    rate: int | None = Field(description="Kronor an hour. None for a fixed sum.", examples=[1405])
    minutes: int | None = Field(examples=[60])
    lines: list[str] = Field(description="The calculation in words.", examples=[["1 timme × 1 405 kronor"]])
    legal_basis: list[str] = Field(examples=[["29 a § livsmedelslagen (2006:804)"]])
    decided: str = Field(description="The council's decision.", examples=["Kommunfullmäktige 2025-11-18 § 198"])
    since: date = Field(description="From when the taxa holds.")

    @classmethod
    def of(cls, one: Calculation, language: Language) -> "CalculationShown":
        told = one.model_dump(include=set(cls.model_fields) - {"decided"})
        return cls(**told, lines=one.lines(language), decided=one.decided[language])


class Estimate(BaseModel):
    """What sending it in today would cost, and what kind of matter it would be."""

    kind: str = Field(examples=["anmalan"])
    notices: list[str] = Field(
        description="Why it is another kind than the answers say, by a register that knows where it is.",
        examples=[["Platsen ligger inom Lockne vattenskyddsområde. Ärendet handläggs därför som ansökan."]],
    )
    is_charged: bool = Field(description="Whether the taxa has a fee for it.")
    calculation: CalculationShown | None


class ApprovalForm(Form):
    """What is to be paid."""

    control_id: UUID | None = Field(
        None, description="The control's fee. Left out, the fee of what was sent in.", examples=[None]
    )
    minutes: Integer | None = Field(
        None, ge=1, le=LONGEST, description="How long it took, where the taxa has a rate alone.", examples=[None]
    )
    amount: Integer | None = Field(
        None, ge=0, le=HIGHEST_FEE, description="In kronor, when it is not what was computed.", examples=[None]
    )
    reason: Prose | None = Field(
        None, max_length=2_000, description="Why it is not what was computed. Needed with `amount`.", examples=[None]
    )


class ControlForm(Form):
    """A control that was made, which is billed afterwards."""

    controlled_on: Day = Field(description="Today at the latest.", examples=["2026-11-26"])
    minutes: Integer = Field(ge=1, le=LONGEST, description="With preparing and reporting.", examples=[150])
    risk_class: Line | None = Field(
        None, max_length=10, description="Left out, the one that is proposed from the answers.", examples=[None]
    )


class FeeBrief(BaseModel):
    """A fee, but for what somebody wrote about it."""

    id: UUID
    about: FeeFor
    calculation: CalculationShown
    controlled_on: date | None
    risk_class: str | None = Field(examples=["B"])
    amount: int | None = Field(description="What was approved, in kronor. None until then.", examples=[1405])
    approved_by_name: str | None = Field(examples=["Anna Ek"])
    delegation: str | None = Field(description="The item of the delegation order.", examples=["4.1"])
    approved_at: datetime | None
    export_number: int | None = Field(description="Of the export that has it.", examples=[None])

    @classmethod
    def of(cls, fee: Fee, language: Language) -> Self:
        told = fee.model_dump(include=set(cls.model_fields) - {"calculation"})
        return cls(**told, calculation=CalculationShown.of(fee.computed, language))


class FeeShown(FeeBrief):
    reason: str | None = Field(description="Why it is not what was computed.", examples=[None])


class RiskShown(BaseModel):
    """The class that the answers give, with the points of each."""

    risk_class: str = Field(examples=["B"])
    text: str = Field(examples=["Kontroll minst vartannat år"])
    points: dict[str, int] = Field(examples=[{"main_orientation": 30}])


class FeesOfCase(BaseModel):
    computed: CalculationShown | None = Field(
        description="What was sent in costs by the taxa of the day it came in. None when that is nothing."
    )
    fees: list[FeeShown] = Field(description="What was approved, and controls that wait for it.")
    risk: RiskShown | None = Field(description="None where no class is proposed.")
    version: int = Field(description="Of the case. Send it as If-Match with the next step.", examples=[3])


class ExportForm(Form):
    """Whose fees, approved in which days."""

    unit: Line = Field(max_length=100, examples=["livsmedel"])
    since: Day = Field(description="The first day of the period.", examples=["2026-11-01"])
    until: Day = Field(description="The last day, which is in it.", examples=["2026-11-30"])


class ExportFormat(StrEnum):
    JSON = "json"
    CSV = "csv"


class ExportShown(BaseModel):
    number: int = Field(examples=[17])
    unit: str = Field(examples=["livsmedel"])
    since: date
    until: date
    fees: int = Field(description="How many.", examples=[1])
    total: int = Field(description="In kronor.", examples=[1405])
    exported_at: datetime
    exported_by_name: str = Field(examples=["Bo Berg"])


class ExportLine(BaseModel):
    """A fee to invoice. Of a case that the reader may not open, the payer is left out."""

    export_number: int = Field(examples=[17])
    fee_id: UUID
    diary_number: str = Field(examples=["LI-2026-000123"])
    unit: str = Field(examples=["livsmedel"])
    item: str = Field(examples=["2.1"])
    text: str = Field(examples=["Registrering av livsmedelsverksamhet"])
    controlled_on: date | None
    minutes: int | None = Field(examples=[60])
    rate: int | None = Field(examples=[1405])
    amount: int = Field(description="In kronor.", examples=[1405])
    approved_on: date
    payer: str | None = Field(examples=["Krogen AB"])
    payer_number: str | None = Field(examples=["5560004615"])
    address: str | None = Field(examples=["Storgatan 1, 83131 Östersund"])
    reference: str | None = Field(description="The payer's own.", examples=[None])


class ExportRead(ExportShown):
    items: list[ExportLine]
