"""How an e-service is tried before it is published."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from definitions.files import Problems
from definitions.kinds import Golden, Trials
from definitions.source import Source
from eservice_intake.catalogue.analysis import analysis_problems
from eservice_intake.catalogue.definitions import EServiceFile
from eservice_intake.catalogue.eservices import EService, catalogue
from eservice_intake.catalogue.file_types import ACCEPT
from eservice_intake.catalogue.golden import GoldenCase
from eservice_intake.catalogue.presentation import Presenter
from eservice_intake.catalogue.rules import judged, protected
from eservice_intake.catalogue.schema import Reader, schema_of
from shared.errors import Text, Violation
from shared.events import Language


class EServiceTrials(Trials[EService]):
    takes_answers = True

    def problems(self, one: EService, source: Source) -> Problems:
        form = {field.name: field for field in one.form}
        return analysis_problems(EServiceFile.model_validate(source.data), form)

    def preview(self, one: EService, language: Language, settings: Any) -> dict[str, Any]:
        """The form as the portal is told of it, and the JSON Schema of its answers."""
        reader = Reader(language, ACCEPT, settings.max_attachment_bytes)
        form = Presenter(catalogue(), language).shown(one).model_dump(mode="json", exclude_none=True)
        return {"form": form, "schema": schema_of(catalogue(), one, reader)}

    def golden(self, one: EService, at: datetime) -> list[Golden]:
        return [_outcome(one, case, at) for case in one.golden]

    def judge(self, one: EService, answers: Mapping[str, Any], at: datetime) -> list[Violation]:
        return protected(one, answers) or judged(one, answers, at)[1]


def _outcome(eservice: EService, case: GoldenCase, at: datetime) -> Golden:
    found = {wrong.field: wrong.code for wrong in EServiceTrials().judge(eservice, case.answers, at)}
    kind, unit = eservice.kind_for(case.answers), eservice.unit_for(case.answers)
    led_right = case.kind in (None, kind) and case.unit in (None, unit)
    wrong = ", ".join(f"{field}: {code}" for field, code in found.items())
    words = Text(sv=wrong or f"tas emot som {kind} av {unit}", en=wrong or f"accepted as {kind} by {unit}")
    return Golden(case.name, found == case.wrong and led_right, words)
