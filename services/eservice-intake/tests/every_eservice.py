"""Every e-service, and what its rules find in answers."""

from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings

from eservice_intake.catalogue.eservices import EService, catalogue
from eservice_intake.catalogue.rules import judged
from shared.clock import now

EVERY_ESERVICE = pytest.mark.parametrize("eservice", catalogue().eservices.values(), ids=lambda eservice: eservice.id)
FEW = settings(
    max_examples=3,
    phases=[Phase.generate],  # shrinking these answers takes minutes and helps little
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture],
)


def found_in(eservice: EService, answers: dict[str, Any]) -> list[tuple[str, str]]:
    return [(violation.field, violation.code) for violation in judged(eservice, answers, now())[1]]
