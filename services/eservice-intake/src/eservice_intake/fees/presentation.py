"""Fees of a case as staff read them."""

from collections.abc import Sequence

from eservice_intake.cases.models import Case
from eservice_intake.fees.definitions import fee_tables
from eservice_intake.fees.forms import CalculationShown, FeeShown, FeesOfCase, RiskShown
from eservice_intake.fees.models import Fee, application_charge
from eservice_intake.fees.tables import RiskClass, table_on
from shared.clock import day_in_sweden
from shared.events import Language


def shown(case: Case, fees: Sequence[Fee], language: Language) -> FeesOfCase:
    found, risk = application_charge(case), risk_of(case)
    return FeesOfCase(
        computed=CalculationShown.of(found[0].calculated(found[1]), language) if found else None,
        fees=[FeeShown.of(one, language) for one in fees],
        risk=_shown(*risk, language) if risk else None,
        version=case.version,
    )


def _shown(found: RiskClass, points: dict[str, int], language: Language) -> RiskShown:
    return RiskShown(risk_class=found.risk_class, text=found.text.in_language(language), points=points)


def risk_of(case: Case) -> tuple[RiskClass, dict[str, int]] | None:
    """The class that the answers give, by the taxa of the day they came in."""
    table = table_on(fee_tables(), day_in_sweden(case.received_at))
    if table is None or table.risk.eservice != case.eservice:
        return None
    points = table.risk.points(case.answers)
    return (table.risk.class_for(points), points) if points else None
