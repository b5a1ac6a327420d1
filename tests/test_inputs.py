"""What people and programs send in is understood in every field of every service, or refused with the remedy."""

import json
from collections.abc import Iterator
from copy import deepcopy
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from eservice_intake.app import api as eservice_intake
from eservice_intake.catalogue.eservices import catalogue
from housing.app import api as housing
from recruitment.app import api as recruitment
from shared.clock import now

DATA = json.loads((Path(__file__).parent / "data/inputs.json").read_text("utf-8"))
APIS = {"eservice-intake": eservice_intake, "housing": housing, "recruitment": recruitment}
EVENT = {
    "title": "Inflyttarkväll",
    "description": "Träffa grannar.",
    "starts_at": (now() + timedelta(30)).isoformat(),
    "ends_at": (now() + timedelta(30, 7200)).isoformat(),
    "place": "Rådhuset",
    "capacity": 5000,
    "kind": "relocation",
}
Sent = list[tuple[str, Any]]


def places() -> Iterator[Any]:
    for entry in DATA["inputs"]:
        for base, path in entry["at"]:
            yield pytest.param(base, path, entry["values"], entry["status"], id=f"{entry['about']}: {base} {path}")


def written(value: Any) -> str:
    """The JSON of a value that Python, or a file, cannot well hold."""
    match value:
        case {"repeat": parts}:
            return json.dumps("".join(text * times for text, times in parts))
        case {"json": text}:
            return text
        case {"unix_days": days}:
            return str(int((now() + timedelta(days)).timestamp()))
        case _:
            return json.dumps(value)


def form_with(base: str, path: str, value: Any) -> bytes:
    form = deepcopy(DATA["bases"][base]["body"])
    *parents, last = path.split("/")
    at = form
    for name in parents:
        at = at[name]
    at[int(last) if last.isdigit() else last] = "HERE"
    text = json.dumps(form).replace("{in 30 days}", (now() + timedelta(30)).date().isoformat())
    return text.replace('"HERE"', written(value), 1).encode()


@pytest.fixture
def app(base, monkeypatch):
    """The service. Nobody signs in here: a proved identity would take the place of what is typed."""
    name = DATA["bases"][base]["body"].get("eservice")
    if name is not None:
        open_to_all = catalogue().eservices[name].model_copy(update={"login": "none"})
        monkeypatch.setitem(catalogue().eservices, name, open_to_all)
    return APIS[DATA["bases"][base]["service"]]


@pytest.fixture
async def address(client, base, staff) -> str:
    """Where the base form goes: a house or an event is there first."""
    path = DATA["bases"][base]["path"]
    if base == "interest":
        made = await client.post("/houses", json=DATA["bases"]["house"]["body"])
        await client.post(f"/houses/{made.json()['id']}/publication", headers=staff("housing-officer"))
    elif base == "registration":
        made = await client.post("/events", json=EVENT, headers=staff("recruitment-officer"))
    else:
        return path
    return path.format(id=made.json()["id"])


@pytest.mark.parametrize(("base", "path", "values", "status"), list(places()))
async def test_what_comes_in_is_understood_or_refused(client, address, base, path, values, status):
    answers = []
    for value in values:
        sent = form_with(base, path, value)
        answers.append(await client.post(address, content=sent, headers={"Content-Type": "application/json"}))

    assert [(value, answer.status_code) for value, answer in zip(values, answers, strict=True)] == [
        (value, status) for value in values
    ]
    named = [[wrong["field"] for wrong in answer.json().get("violations", [])] for answer in answers]
    assert status == 201 or all(fields and all(near(field, path) for field in fields) for fields in named), named


def near(field: str, path: str) -> bool:
    """Whether the violation names the field, or what stands in it; JSON that cannot be read names the body."""
    return field == "body" or field.startswith(path.removeprefix("answers/").replace("/", "."))
