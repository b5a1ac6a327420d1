"""Cases of the last years to search among: some thousands as the service makes them, and on PostgreSQL copies of those.

Each copy has an id, a number and a moment of its own. Python makes the words of some thousand cases a second.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import chain
from typing import TypeVar
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import SQLModel
from stdnum import luhn

from deploy.bench.load import id_of, run_long
from eservice_intake.cases.entries import ENTRY, entry_of
from eservice_intake.cases.models import Case
from eservice_intake.cases.references import REFERENCE_ALPHABET
from eservice_intake.cases.statuses import Status
from eservice_intake.catalogue.eservices import catalogue
from eservice_intake.identities.models import CasePerson
from eservice_intake.identities.numbers import Seal
from eservice_intake.identity_settings import IdentitySettings
from shared.database import Database
from shared.events import Language
from shared.mailed_links import hash_of
from shared.settings import Settings

ORIGINALS, AT_ONCE, YEARS = 20_000, 2_000, 5
MUNICIPALITY = Settings(service="bench").municipality_name
ON_THE_RECEIPT = "kept by the sender"
CASE = SQLModel.metadata.tables["eservice_case"]
PERSON = SQLModel.metadata.tables["eservice_case_person"]
GIVEN_NAMES = (
    *("Karin", "Bo", "Lina", "Sven", "Maja", "Nils", "Eva", "Ivar", "Anna", "Lars", "Maria", "Erik", "Sara", "Per"),
    *("Emma", "Karl", "Elin", "Jan", "Ida", "Olof", "Siri", "Hans", "Elsa", "Johan", "Ebba", "Mats", "Tove", "Ulf"),
    *("Vera", "Göran", "Stina", "Jonas", "Signe", "Björn", "Märta", "Leif", "Alva", "Kent", "Greta", "Ola", "Rut"),
)
SURNAMES = ("Ek", "Ask", "Lind", "Gran", "Björk", "Rönn", "Hägg", "Al")
PLACES = ("Odensala", "Lockne", "Brunflo", "Torvalla", "Frösö", "Lit", "Häggenås", "Kyrkås")
WORDS = ("brunn", "tomt", "källare", "fläkt", "damm", "spis", "pump", "tank", "vind", "skog", "väg", "å")
PRIMES = (1, 2, 3, 5, 7, 11, 13, 17, 19, 23)
NUMBERED = "lpad({0}.diary_number::text, greatest(6, length({0}.diary_number::text)), '0')"
REFERENCES = len(REFERENCE_ALPHABET) ** 8
APART = 387_420_489_007
"""Has no factor in common with how many references there are: neighbours are far apart, as if they were drawn."""
T = TypeVar("T")


async def fill(count: int) -> list[Case]:
    """So many cases with their entries and people. Returns some of them."""
    database = Database(Settings(service="eservice-intake"))
    originals = min(count, ORIGINALS) if database.is_postgres else count
    copies = max(count // originals, 1)
    some: list[Case] = []
    for start in range(0, originals, AT_ONCE):
        numbers = range(start, min(start + AT_ONCE, originals))
        some += (await _insert(database, [_case(number, copies, count) for number in numbers]))[:: AT_ONCE // 5]
    statements = _copies(copies, count) if copies > 1 else []
    settle = ["VACUUM ANALYZE", "CHECKPOINT"] if database.is_postgres else ["ANALYZE"]
    for statement in [*statements, *settle]:
        await run_long(database, statement)
    await database.close()
    return some


def number_of(case: Case) -> str:
    """The personal identity number of who has sent it in. Hardly anybody sends in two."""
    born = date(1940, 1, 1) + timedelta(days=case.diary_number // 7 % 25_000)
    digits = f"{born:%y%m%d}{case.diary_number % 1000:03}"
    return f"{born.year // 100}{digits}{luhn.calc_check_digit(digits)}"


async def _insert(database: Database, cases: list[Case]) -> list[Case]:
    seal = Seal(IdentitySettings(service="eservice-intake"))
    rows = [{column.name: getattr(case, column.name) for column in CASE.c} for case in cases]
    people = [CasePerson(case_id=case.id, number_hash=seal.hash_of(number_of(case)), signed_in=True) for case in cases]
    async with database.committing() as connection:
        await connection.execute(sa.insert(CASE), rows)
        await connection.execute(sa.insert(ENTRY), [entry_of(case, MUNICIPALITY) for case in cases])
        await connection.execute(sa.insert(PERSON), [person.model_dump() for person in people])
    return cases


def _copies(copies: int, count: int) -> list[str]:
    """Statements that make the others of the cases."""
    source = _source(copies, count)
    moment = {"id": "copy.id", "received_at": "made.at"}
    person = {"case_id": "copy.id", "number_hash": "md5(copy.id::text)"}
    numbers = {name: f"copy.{name}" for name in ("reference", "diary_series", "diary_number")}
    of_case = "{0} JOIN {1} source ON source.{2} = original.id"
    return [
        _insert_from(CASE, "original", {**moment, **numbers}, source),
        _insert_from(ENTRY, "source", {**moment, "words": _words()}, of_case.format(source, ENTRY.name, "id")),
        _insert_from(PERSON, "source", person, of_case.format(source, PERSON.name, "case_id")),
    ]


def _source(copies: int, count: int) -> str:
    """Each copy, some seconds after its original, until the next one."""
    step = timedelta(days=365 * YEARS).total_seconds() / count
    drawn = f"(made.number::bigint * {APART} % {REFERENCES})"
    place = f"substr('{REFERENCE_ALPHABET}', ({drawn} / power(30, place)::bigint % 30)::int + 1, 1)"
    characters = f"SELECT string_agg({place}, '' ORDER BY place) AS characters FROM generate_series(0, 7) place"
    return f"""
        FROM eservice_case original CROSS JOIN generate_series(1, {copies - 1}) AS nth
        CROSS JOIN LATERAL (
            SELECT original.diary_number + nth AS number, original.received_at + nth * interval '{step} seconds' AS at
        ) made
        CROSS JOIN LATERAL ({characters}) read
        CROSS JOIN LATERAL (
            SELECT (lpad(to_hex((extract(epoch FROM made.at) * 1000)::bigint), 12, '0')
                    || left(md5(made.number::text), 20))::uuid AS id,
                left(characters, 4) || '-' || right(characters, 4) AS reference,
                'MH-' || extract(year FROM made.at AT TIME ZONE 'UTC') AS diary_series,
                made.number AS diary_number
        ) copy
    """


def _insert_from(table: sa.Table, alias: str, own: dict[str, str], source: str) -> str:
    columns = [column.name for column in table.c]
    values = [own.get(name, f"{alias}.{name}") for name in columns]
    return f"INSERT INTO {table.name} ({', '.join(columns)}) SELECT {', '.join(values)} {source}"


def _words() -> str:
    """The original's words, with the copy's numbers in place of its own."""
    found = f"ts_delete(source.words, ARRAY[{_words_of('original')}])"
    return f"{found} || array_to_tsvector(ARRAY[{_words_of('copy')}])"


def _words_of(case: str) -> str:
    """As `words_of` cuts a reference and a diary number."""
    number = NUMBERED.format(case)
    reference = f"lower({case}.reference)"
    parts = [f"left({reference}, 4)", f"right({reference}, 4)", f"replace({reference}, '-', '')"]
    diary = [f"right({case}.diary_series, 4)", number, f"lower(replace({case}.diary_series, '-', '')) || {number}"]
    return ", ".join(chain(parts, diary))


def _case(number: int, copies: int, count: int) -> Case:
    """The original of that number. Each choice goes round in a step of its own, so that all of them meet."""
    eservice = _one_of(list(catalogue().eservices.values()), number * 7)
    received_at = datetime.now(UTC) - timedelta(days=365 * YEARS) * (1 - number * copies / count)
    is_due = number % 10 == 0
    return Case(
        id=id_of(received_at),
        reference=_reference(number * copies),
        secret_hash=hash_of(ON_THE_RECEIPT),
        diary_series=f"MH-{received_at.year}",
        diary_number=number * copies,
        eservice=eservice.id,
        definition=eservice.version,
        language=Language.SWEDISH,
        answers={
            "property_designation": f"{_one_of(PLACES, number)} {number * 13 % 5_000 + 1}:{number % 9 + 1}",
            "description": " ".join(f"{_one_of(WORDS, number * place)}{number * place % 211}" for place in PRIMES),
        },
        kind=eservice.kind,
        unit=eservice.unit,
        status=_one_of(list(Status), number * 3),
        sender=f"{_one_of(GIVEN_NAMES, number)} {_one_of(SURNAMES, number * 3)}{number * 11 % 10_007}",
        received_at=received_at,
        handler_id=UUID(int=number % 53),
        decision_due_on=received_at.date() + timedelta(days=number % 31) if is_due else None,
    )


def _one_of(choices: Sequence[T], number: int) -> T:
    return choices[number % len(choices)]


def _reference(number: int) -> str:
    """One of eight characters that no other number has."""
    drawn = number * APART % REFERENCES
    characters = "".join(REFERENCE_ALPHABET[drawn // 30**place % 30] for place in range(8))
    return f"{characters[:4]}-{characters[4:]}"
