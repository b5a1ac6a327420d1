"""E-services whose cases have days, and the days of such cases, for tests."""

from datetime import date, datetime, time

from eservice_intake.catalogue.eservices import catalogue
from shared.clock import SWEDEN

ESERVICES = catalogue().eservices
TATTOOS, FOOD, COMPLAINT, REPORT = (
    "hygienisk-verksamhet",
    "livsmedel-registrering",
    "klagomal-olagenhet",
    "koldmedierapport",
)
RECEIVED = date(2026, 3, 4)
REFRIGERANT = {
    "report_year": 2025,
    "matter": "arsrapport",
    "orgnr": "5560004615",
    "property_designation": "Odensala 1:2",
}


def noon(day):
    return datetime.combine(day, time(12), tzinfo=SWEDEN)


def kinds(events):
    return [type(event) for event in events]
