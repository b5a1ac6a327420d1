"""What is accepted, and what of it everybody may see. The day and the time come from the caller."""

import math
from datetime import date, datetime, timedelta

from recruitment.models.ads import AdForm, Employer, PublicEmployer
from recruitment.models.events import EventForm
from shared.errors import Text, Violation
from shared.fields import ForeignCompany
from shared.identifiers import is_of_a_person

LONGEST_AD = timedelta(days=180)
LONGEST_NOTICE = timedelta(days=2 * 365)
LONGEST_EVENT = timedelta(days=60)
SEATS_SHOWN = 10

DEADLINE_PASSED = Text(
    sv="Sista ansökningsdag har passerat. Ange i dag eller en senare dag.",
    en="The application deadline has passed. Give today or a later day.",
)
DEADLINE_TOO_FAR = Text(
    sv=f"Sista ansökningsdag får vara högst {LONGEST_AD.days} dagar fram. Ange en tidigare dag.",
    en=f"The application deadline may be at most {LONGEST_AD.days} days ahead. Give an earlier day.",
)
NOWHERE_TO_APPLY = Text(
    sv="Ange en e-postadress eller webbadress dit ansökan skickas.",
    en="Give an e-mail address or a web address that applications go to.",
)
NO_NUMBER = Text(
    sv="Ange organisationsnumret eller, om det inte finns något svenskt, land och nummer i landets företagsregister.",
    en="Give the company registration number or, if there is none, the country and the number in its register.",
)
STARTS_TOO_EARLY = Text(
    sv="Starttiden har passerat. Ange en senare tid.",
    en="The start has passed. Give a later time.",
)
STARTS_TOO_LATE = Text(
    sv=f"Evenemanget får börja högst {LONGEST_NOTICE.days} dagar fram. Ange en tidigare tid.",
    en=f"The event may start at most {LONGEST_NOTICE.days} days ahead. Give an earlier time.",
)
ENDS_WRONGLY = Text(
    sv=f"Evenemanget ska sluta efter att det börjat, och inom {LONGEST_EVENT.days} dagar.",
    en=f"The event must end after it starts, and within {LONGEST_EVENT.days} days.",
)
CLOSES_WRONGLY = Text(
    sv="Anmälan ska stänga senare än nu och senast när evenemanget börjar.",
    en="Registration must close later than now, and no later than the event starts.",
)


def objections_to_ad(form: AdForm, today: date) -> list[Violation]:
    """Everything that keeps the ad from being accepted."""
    objections = []
    if form.application_deadline < today:
        objections.append(Violation("application_deadline", "deadline_passed", DEADLINE_PASSED))
    elif form.application_deadline - today > LONGEST_AD:
        objections.append(Violation("application_deadline", "deadline_too_far", DEADLINE_TOO_FAR))
    if form.application_details.email is None and form.application_details.url is None:
        objections.append(Violation("application_details", "nowhere_to_apply", NOWHERE_TO_APPLY))
    if form.employer.organization_number is None and form.foreign_company is None:
        objections.append(Violation("employer.organization_number", "required", NO_NUMBER))
    return objections


def objections_to_event(form: EventForm, at: datetime) -> list[Violation]:
    """Everything that keeps the event from being announced."""
    objections = []
    if form.starts_at <= at:
        objections.append(Violation("starts_at", "starts_too_early", STARTS_TOO_EARLY))
    elif form.starts_at - at > LONGEST_NOTICE:
        objections.append(Violation("starts_at", "starts_too_late", STARTS_TOO_LATE))
    if not timedelta(0) < form.ends_at - form.starts_at <= LONGEST_EVENT:
        objections.append(Violation("ends_at", "ends_wrongly", ENDS_WRONGLY))
    closes_at = form.registration_closes_at
    if closes_at is not None and not at < closes_at <= form.starts_at:
        objections.append(Violation("registration_closes_at", "closes_wrongly", CLOSES_WRONGLY))
    return objections


def shown_seats(left: int, capacity: int) -> int:
    """The seats left as everybody sees them: a single registration seldom shows, so that it does not tell of one."""
    return min(capacity, math.ceil(left / SEATS_SHOWN) * SEATS_SHOWN)


def search_text(form: AdForm) -> str:
    """What a search looks in. Folded here, since not every database folds Å, Ä and Ö."""
    parts = [
        form.headline,
        form.description.text,
        form.employer.name,
        form.occupation.label,
        form.workplace_address.municipality,
        form.workplace_address.city or "",
    ]
    return "\n".join(parts).casefold()


def search_words(query: str) -> list[str]:
    return query.casefold().split()


def public_employer(employer: Employer, abroad: ForeignCompany | None) -> PublicEmployer:
    """The employer as shown. A number that is a person's stays here, and one of another country may be."""
    number = employer.organization_number
    return PublicEmployer(
        name=employer.name,
        organization_number=None if number is None or is_of_a_person(number) else number,
        country=abroad.country if abroad else None,
        url=employer.url,
    )
