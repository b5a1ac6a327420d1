"""What is asked of registers about some answers, and what their answers mean: no session, no network."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Any, NamedTuple

from pydantic import BaseModel, ValidationError

from eservice_intake.catalogue.definitions import FormField, Prefill
from eservice_intake.catalogue.eservices import EService
from eservice_intake.lookups.models import Verdict
from shared.errors import Text
from shared.events import Language
from shared.identifiers import is_of_a_person

Answers = Mapping[str, object]

COMPANY: Prefill = "company_register"
ADDRESS: Prefill = "address_register"
PROTECTION: Prefill = "water_protection_register"
WATER_PROTECTION = "water-protection"


class Unknown(NamedTuple):
    """The register answered that it has nothing of the kind."""


class NotAsked(NamedTuple):
    """The register did not answer in time, or is not loaded."""


class Company(BaseModel):
    name: str
    deregistered_on: date | None


class Property(BaseModel):
    easting: float
    northing: float


class Area(BaseModel):
    kind: str
    name: str


class Areas(BaseModel):
    areas: list[Area]
    not_loaded: list[str]


class Check(NamedTuple):
    """What a register says of the answer to a field."""

    field: str
    verdict: Verdict
    told: Mapping[str, str] = MappingProxyType({})

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> "Check":
        return cls(**{**kept, "verdict": Verdict(kept["verdict"])})

    def kept(self) -> dict[str, Any]:
        """As a table has it."""
        return {**self._asdict(), "told": dict(self.told)}


class Questions(NamedTuple):
    """The fields whose answers a register can say something of. None where there is nothing to ask."""

    company: str | None
    designation: str | None
    protection: str | None
    point: Property | None

    @property
    def asks(self) -> bool:
        return self.company is not None or self.designation is not None or self.protection is not None


def questions_of(eservice: EService, answers: Answers) -> Questions:
    """What registers are asked. The number of a sole trader or an estate is a person's, and is not sent anywhere."""
    company = _answered(eservice, answers, COMPANY, "orgnr")
    return Questions(
        company=None if company and is_of_a_person(str(answers[company])) else company,
        designation=_answered(eservice, answers, ADDRESS, "property_designation"),
        protection=_answered(eservice, answers, PROTECTION, "bool"),
        point=_point(eservice, answers),
    )


def _point(eservice: EService, answers: Answers) -> Property | None:
    """Where somebody has said that it is, when that is a point."""
    given = next((answers.get(field.name) for field in eservice.form if field.type == "point_sweref99tm"), None)
    if given is None:
        return None
    try:
        return Property.model_validate(given)
    except ValidationError:
        return None


def company_check(field: str, name: object, found: Company | Unknown | NotAsked) -> Check:
    match found:
        case NotAsked():
            return Check(field, Verdict.NOT_MADE)
        case Unknown():
            return Check(field, Verdict.UNKNOWN_NUMBER)
        case Company(deregistered_on=date() as day):
            return Check(field, Verdict.DEREGISTERED, {"name": found.name, "day": day.isoformat()})
        case _ if name is None or _plain(str(name)) == _plain(found.name):
            return Check(field, Verdict.AGREES)
        case _:
            return Check(field, Verdict.ANOTHER_NAME, {"name": found.name})


def property_check(field: str, found: Property | Unknown | NotAsked) -> Check:
    match found:
        case NotAsked():
            return Check(field, Verdict.NOT_MADE)
        case Unknown():
            return Check(field, Verdict.UNKNOWN_PROPERTY)
        case _:
            return Check(field, Verdict.AGREES)


def area_check(field: str, answer: object, found: Areas | Unknown | NotAsked) -> Check:
    if not isinstance(found, Areas) or WATER_PROTECTION in found.not_loaded:
        return Check(field, Verdict.NOT_MADE)
    names = [area.name for area in found.areas if area.kind == WATER_PROTECTION]
    if names and answer is False:
        return Check(field, Verdict.WITHIN_AREA, {"names": ", ".join(names)})
    return Check(field, Verdict.OUTSIDE_AREA if answer is True and not names else Verdict.AGREES)


def as_registers_know(answers: Answers, checks: Sequence[Check]) -> Answers:
    """The answers by which a matter is judged: where the place is in a protected area, it is whatever was answered."""
    return {**answers, **{check.field: True for check in checks if check.verdict is Verdict.WITHIN_AREA}}


def notices_of(eservice: EService, answers: Answers, checks: Sequence[Check], language: Language) -> list[str]:
    """What the sender is told when a register makes another kind of matter of it."""
    kind = eservice.kind_for(as_registers_know(answers, checks))
    if kind == eservice.kind_for(answers):
        return []
    label = eservice.kinds[kind].text
    names = [check.told["names"] for check in checks if check.verdict is Verdict.WITHIN_AREA]
    return [
        Text(
            sv=f"Platsen ligger inom {name}. Ärendet handläggs därför som {label.sv.lower()}.",
            en=f"The place is within {name}. The case is therefore handled as: {label.en.lower()}.",
        ).in_language(language)
        for name in names
    ]


def may_change_kind(eservice: EService) -> bool:
    """Whether it depends on a register's answer what kind of matter it is."""
    by = eservice.kind_by_field
    return by is not None and by.field in {field.name for field in _filled(eservice, PROTECTION)}


def name_field(eservice: EService) -> str:
    """The field that says what the company is called."""
    return next((field.name for field in _filled(eservice, COMPANY) if field.type == "text"), "")


def _answered(eservice: EService, answers: Answers, by: Prefill, kind: str) -> str | None:
    fields = (field.name for field in _filled(eservice, by) if field.type == kind)
    return next((name for name in fields if answers.get(name) is not None), None)


def _filled(eservice: EService, by: Prefill) -> list[FormField]:
    return [field for field in eservice.form if field.prefill == by]


def _plain(name: str) -> str:
    """A company's name, however people write it."""
    words = re.findall(r"\w+", name.casefold())
    return " ".join("ab" if word == "aktiebolag" else word for word in words if word != "publ")
