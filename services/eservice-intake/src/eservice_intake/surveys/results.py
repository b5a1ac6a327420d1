"""What the answers to a round say together."""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from eservice_intake.surveys.suppression import hidden, is_few
from shared.events.surveys import MOST, OccupationFigures, ReasonFigures, SectorFigures, SurveyFigures

ANOTHER_OCCUPATION = "annat"
"""What is not on the list of occupations: counted in its sector, and never shown as an occupation."""


@dataclass(frozen=True)
class Need:
    """Whom a company needs in one occupation, and why they are hard to find, if they are."""

    occupation: str
    now: int
    within_12_months: int
    hard: bool
    because: Sequence[str] = ()


@dataclass(frozen=True)
class CompanyAnswer:
    company: str
    sector: str
    needs: Sequence[Need] = ()


@dataclass(frozen=True)
class Lists:
    """What can be answered: a figure that nobody has behind it is one of few companies, too."""

    sectors: Sequence[str]
    occupations: Sequence[str]
    reasons: Sequence[str]


Amount = Callable[[Need], int]


def now(need: Need) -> int:
    return need.now


def within_12_months(need: Need) -> int:
    return need.within_12_months


def needs_of(rows: Sequence[Mapping[str, Any]]) -> list[Need]:
    """The needs as the e-service asks for them."""
    return [
        Need(
            occupation=row["occupation"],
            now=row["needed_now"],
            within_12_months=row["needed_within_12_months"],
            hard=row["hard_to_recruit"],
            because=tuple(row.get("hard_because", ())),
        )
        for row in rows
    ]


def figures_of(answers: Sequence[CompanyAnswer], lists: Lists) -> SurveyFigures:
    """The figures that may be shown. Sums go from occupations to sectors and on to all; nothing else is added up."""
    sectors_of = [*lists.sectors, *sorted({one.sector for one in answers} - set(lists.sectors))]
    by_sector = {sector: [one for one in answers if one.sector == sector] for sector in sectors_of}
    few = hidden({sector: {one.company for one in some} for sector, some in by_sector.items()})
    of_now, of_later = (_of_sectors(by_sector, amount, few) for amount in (now, within_12_months))
    sectors = [
        SectorFigures(
            sector=sector,
            companies=None if sector in few else len(some),
            needed_now=of_now[sector],
            needed_within_12_months=of_later[sector],
            hard_to_recruit=None if sector in few else _shown(_hard(some)),
            occupations=list(_occupations(some, lists, of_now[sector], of_later[sector])),
            reasons=[] if sector in few else list(_reasons(some, lists)),
        )
        for sector, some in by_sector.items()
    ]
    return SurveyFigures(
        companies=_shown({one.company for one in answers}),
        needed_now=_sum(answers, now),
        needed_within_12_months=_sum(answers, within_12_months),
        sectors=sectors,
    )


def _of_sectors(
    by_sector: Mapping[str, Sequence[CompanyAnswer]], amount: Amount, few: Collection[str]
) -> dict[str, int | None]:
    """Each sector's sum. A sector whose companies are not told has no other figure either."""
    not_shown = hidden({sector: _behind(some, amount) for sector, some in by_sector.items()}, also=few)
    return {sector: None if sector in not_shown else _sum(some, amount) for sector, some in by_sector.items()}


def _occupations(
    answers: Sequence[CompanyAnswer], lists: Lists, of_now: int | None, of_later: int | None
) -> Iterator[OccupationFigures]:
    """Those that have a figure to show. A sector whose sum is not shown has none."""
    shown_now = {} if of_now is None else _of_occupations(answers, lists, now)
    shown_later = {} if of_later is None else _of_occupations(answers, lists, within_12_months)
    for occupation in lists.occupations:
        if occupation in shown_now or occupation in shown_later:
            yield OccupationFigures(
                occupation=occupation,
                needed_now=shown_now.get(occupation),
                needed_within_12_months=shown_later.get(occupation),
            )


def _of_occupations(answers: Sequence[CompanyAnswer], lists: Lists, amount: Amount) -> dict[str, int]:
    """Those to show. One that has left the list since it was answered is another occupation."""
    behind: dict[str, set[str]] = {occupation: set() for occupation in lists.occupations}
    sums: Counter[str] = Counter()
    for company, need in ((one.company, need) for one in answers for need in one.needs if amount(need)):
        occupation = need.occupation if need.occupation in behind else ANOTHER_OCCUPATION
        behind.setdefault(occupation, set()).add(company)
        sums[occupation] += amount(need)
    not_shown = hidden(behind, also=[ANOTHER_OCCUPATION])
    return {occupation: sums[occupation] for occupation in lists.occupations if occupation not in not_shown}


def _reasons(answers: Sequence[CompanyAnswer], lists: Lists) -> Iterator[ReasonFigures]:
    behind: dict[str, set[str]] = defaultdict(set)
    for one in answers:
        for reason in {reason for need in one.needs for reason in need.because}:
            behind[reason].add(one.company)
    for reason in lists.reasons:
        yield ReasonFigures(reason=reason, companies=_shown(behind[reason]))


def _sum(answers: Sequence[CompanyAnswer], amount: Amount) -> int | None:
    """None when it may not be shown, or is more than anybody means."""
    found = sum(amount(need) for one in answers for need in one.needs)
    return None if is_few(_behind(answers, amount)) or found > MOST else found


def _behind(answers: Sequence[CompanyAnswer], amount: Amount) -> set[str]:
    """The companies that add to the sum."""
    return {one.company for one in answers if any(amount(need) for need in one.needs)}


def _hard(answers: Sequence[CompanyAnswer]) -> set[str]:
    return {one.company for one in answers if any(need.hard for need in one.needs)}


def _shown(companies: set[str]) -> int | None:
    return None if is_few(companies) else len(companies)
