"""How many submissions the API accepts, and how long each takes, beside the same API without a database.

And, with `--only peers`, beside FastAPI and pgqueuer, where a row and a job come of one transaction.
"""

from collections import defaultdict
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from importlib.util import find_spec
from pathlib import Path
from pkgutil import resolve_name
from typing import Any, NamedTuple
from uuid import UUID

import asyncpg
import sqlalchemy as sa
import uvloop
from fastapi import FastAPI
from pydantic import BaseModel, Field
from uuid_utils.compat import uuid7

from deploy.bench.environment import Broken, Environment, running
from deploy.bench.figures import Figure, quantile
from deploy.bench.load import Saturated, saturate
from deploy.procfile import COMMANDS
from shared.database import Database
from shared.group_commit import Inserts
from shared.settings import Settings
from shared.tables import OUTBOX

WARM_UP_SECONDS = 1
OURS, WITHOUT_DATABASE, PGQUEUER = "our API", "the same without a database", "FastAPI and pgqueuer"
COMMAND_OF = {
    OURS: COMMANDS["eservice-intake-api"],
    WITHOUT_DATABASE: "kommunbuss-serve --factory deploy.bench.accept:without_database --port $PORT",
    PGQUEUER: "uvicorn --factory deploy.bench.accept:with_pgqueuer --port $PORT",
}


class Case(NamedTuple):
    system: str
    processes: int
    keyed: bool

    @property
    def name(self) -> str:
        processes = "1 process" if self.processes == 1 else f"{self.processes} processes"
        return f"accept with keys, {processes}" if self.keyed else f"accept, {processes}"


Rounds = Mapping[Case, Sequence[Saturated]]


def measure(environment: Environment, runs: int, seconds: float) -> list[Figure]:
    cases = [
        Case(system, processes, keyed)
        for processes in (1, 2)
        for keyed in (False, True)
        for system in (OURS, WITHOUT_DATABASE)
    ]
    with environment.fresh("eservice-intake") as folder:
        rounds = _measured(folder, cases, runs, seconds)
        uvloop.run(_require_saved(rounds))
    figures = []
    for case in cases:
        if case.system == OURS:
            goal = 0.7 if case == Case(OURS, 1, keyed=False) else None
            figures += _figures(rounds, case, case._replace(system=WITHOUT_DATABASE), goal)
    return figures


def measure_peers(environment: Environment, runs: int, seconds: float) -> list[Figure]:
    """Ours with keys and without, beside a peer that knows no keys."""
    if find_spec("pgqueuer") is None:
        raise Broken("pgqueuer is not installed: `uv sync --all-groups`, or `.uv/uv sync --all-groups`, installs it")
    if environment.server is None:
        raise Broken("pgqueuer needs PostgreSQL: deploy/real-stack make bench ARGS='--only peers'")
    cases = [
        Case(system, processes, keyed)
        for processes in (1, 2)
        for system, keyed in ((OURS, False), (OURS, True), (PGQUEUER, False))
    ]
    with environment.fresh("eservice-intake") as folder:
        uvloop.run(_install_pgqueuer())
        rounds = _measured(folder, cases, runs, seconds)
        uvloop.run(_require_saved(rounds))
    goals = {Case(OURS, 2, keyed=False): 3, Case(OURS, 2, keyed=True): 2.5}
    return [
        figure
        for case in cases
        if case.system == OURS
        for figure in _figures(rounds, case, Case(PGQUEUER, case.processes, keyed=False), goals.get(case))
    ]


def _measured(folder: Path, cases: Sequence[Case], runs: int, seconds: float) -> Rounds:
    """What each case accepted, round by round, so that a slow minute is slow for all."""
    commands = {f"{case.system} {number}": COMMAND_OF[case.system] for case in cases for number in (1, 2)}
    rounds: dict[Case, list[Saturated]] = defaultdict(list)
    with running(folder, commands) as (_, ports):
        for name, port in ports.items():
            warm_up = Case(name.rpartition(" ")[0], 0, keyed=False)
            rounds[warm_up].append(uvloop.run(saturate([port], min(seconds, WARM_UP_SECONDS))))
        for case in runs * list(cases):
            some = [ports[f"{case.system} {number + 1}"] for number in range(case.processes)]
            rounds[case].append(uvloop.run(saturate(some, seconds, case.keyed)))
    return rounds


async def _require_saved(rounds: Rounds) -> None:
    accepted = sum(len(one.milliseconds) for case, ran in rounds.items() for one in ran if case.system == OURS)
    database = Database(Settings(service="eservice-intake"))
    async with database.reading() as session:
        rows = await (await session.connection()).execute(sa.select(sa.func.count()).select_from(OUTBOX))
        if (saved := rows.scalar_one()) != accepted:
            raise Broken(f"{accepted} submissions were accepted, and {saved} events are saved")
    await database.close()


def _figures(rounds: Rounds, case: Case, beside: Case, ratio_at_least: float | None) -> list[Figure]:
    at_most = 40 if beside.system == WITHOUT_DATABASE else None

    def p(share: float, of: Case) -> list[float]:
        return [quantile(one.milliseconds, share) for one in rounds[of]]

    def rates(of: Case) -> list[float]:
        return [one.per_second for one in rounds[of]]

    return [
        Figure(case.name, "submissions/s", rates(case), beside.system, rates(beside), ratio_at_least=ratio_at_least),
        Figure(f"{case.name}, p50", "ms", p(0.5, case), beside.system, p(0.5, beside)),
        Figure(f"{case.name}, p99", "ms", p(0.99, case), beside.system, p(0.99, beside), at_most=at_most),
    ]


class SavesNothing:
    """What commits submissions, without any effect."""

    async def save(self, _: Inserts) -> None: ...

    async def close(self) -> None: ...


def without_database() -> FastAPI:
    """eservice-intake's API as it is, but for the commit."""
    api: FastAPI = resolve_name("eservice_intake.app:api")  # when the bench's settings are those of the process
    vars(api.state.database)["commits"] = SavesNothing()
    return api


class Complaint(BaseModel):
    nuisance: str
    place: str = Field(max_length=200)
    description: str = Field(max_length=2000)
    frequency: str
    contacted_responsible: bool
    anonymous: bool
    complainant_email: str = Field(pattern=r"^[^@\s]+@[^@\s]+$")


class ComplaintForm(BaseModel):
    eservice: str
    language: str
    answers: Complaint


class ComplaintReceipt(BaseModel):
    id: UUID


def with_pgqueuer() -> FastAPI:
    """The same submission as one would take it with pgqueuer: its row and its job in one transaction."""
    Queries: Any = resolve_name("pgqueuer:Queries")
    AsyncpgDriver: Any = resolve_name("pgqueuer:AsyncpgDriver")

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with asyncpg.create_pool(_url()) as app.state.pool:
            yield

    app = FastAPI(lifespan=lifespan)

    @app.get("/health/ready")
    async def ready() -> None: ...

    @app.post("/applications", status_code=201)
    async def submit(form: ComplaintForm) -> ComplaintReceipt:
        id_ = uuid7()
        async with app.state.pool.acquire() as connection, connection.transaction():
            await connection.execute(INSERT, id_, form.model_dump_json())
            await Queries(AsyncpgDriver(connection)).enqueue("receipt", str(id_).encode())
        return ComplaintReceipt(id=id_)

    return app


INSERT = "INSERT INTO submission (id, form, created_at) VALUES ($1, $2, now())"


async def _install_pgqueuer() -> None:
    connection = await asyncpg.connect(_url())
    await connection.execute("CREATE TABLE submission (id uuid PRIMARY KEY, form jsonb, created_at timestamptz)")
    await resolve_name("pgqueuer:Queries")(resolve_name("pgqueuer:AsyncpgDriver")(connection)).install()
    await connection.close()


def _url() -> str:
    return Settings(service="eservice-intake").database.replace("+asyncpg", "")
