"""How many submissions one API process accepts, beside the same endpoint without a database."""

import uvloop

from deploy.bench.figures import Figure
from deploy.bench.load import accepted_per_second
from deploy.bench.place import Place
from deploy.bench.processes import API, API_WITHOUT_DATABASE, Broken, running

WARM_UP_SECONDS = 1


def measure(place: Place, runs: int, seconds: float) -> list[Figure]:
    accepted, raw = [], []
    with place.fresh() as folder, running(folder, API, API_WITHOUT_DATABASE) as processes:
        for app in (API, API_WITHOUT_DATABASE):
            uvloop.run(accepted_per_second(processes.ports[app], WARM_UP_SECONDS))
        for _ in range(runs):
            accepted.append(uvloop.run(accepted_per_second(processes.ports[API], seconds)))
            raw.append(uvloop.run(accepted_per_second(processes.ports[API_WITHOUT_DATABASE], seconds)))
    if not (all(accepted) and all(raw)):
        raise Broken("the API accepts nothing")
    return [Figure("one API process", "submissions/s", accepted, "the same endpoint without a database", raw)]
