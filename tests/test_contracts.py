"""What is on the wire is a promise: released events keep parsing, and readers are not broken."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from cloudevents.core.bindings.kafka import KafkaMessage, from_binary
from cloudevents.core.formats.json import JSONFormat
from pydantic import ValidationError

from operations.migrations import migrate
from shared.batches import decode
from shared.cloudevents import outbox_row
from shared.database import Database
from shared.events import EVENT_CLASSES, read_event
from shared.settings import Settings
from shared.tables import OUTBOX

FOLDER = Path(__file__).parent
SAMPLES = sorted((FOLDER / "samples").glob("*.json"))
RELEASED = sorted((FOLDER / "schemas").glob("*.json"))
NOTES = ("title", "description", "default", "examples")


def breaking_changes(released: Any, current: Any, where: str = "event") -> list[str]:
    """What a reader or writer of the released schema would trip over. Only a new optional field is not one."""
    if not isinstance(released, dict) or not isinstance(current, dict):
        return [] if released == current else [f"{where}: {released!r} became {current!r}"]
    problems = []
    for name in sorted((released.keys() | current.keys()) - set(NOTES)):
        if name in ("properties", "$defs"):
            problems += _changed_parts(released.get(name, {}), current.get(name, {}), where)
        elif name == "required":
            gained = set(current.get(name, [])) - set(released.get(name, []))
            lost = set(released.get(name, [])) - set(current.get(name, []))
            problems += [f"{where}.{field}: became required" for field in sorted(gained)]
            problems += [f"{where}.{field}: is required no more" for field in sorted(lost)]
        else:
            problems += breaking_changes(released.get(name), current.get(name), f"{where}.{name}")
    return problems


def _changed_parts(released: dict[str, Any], current: dict[str, Any], where: str) -> list[str]:
    problems = []
    for field, schema in released.items():
        if field in current:
            problems += breaking_changes(schema, current[field], f"{where}.{field}")
        else:
            problems.append(f"{where}.{field}: is gone")
    return problems


def test_every_event_has_a_golden_sample_and_a_released_schema():
    kinds = set(EVENT_CLASSES)

    assert {path.stem for path in SAMPLES} >= kinds
    assert {path.stem for path in RELEASED} >= kinds


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_a_golden_sample_still_parses(path):
    event = read_event(path.read_bytes())

    assert event.type == path.stem
    sample = json.loads(path.read_text())
    written = json.loads(event.model_dump_json())
    assert {name: written[name] for name in sample} == sample


@pytest.mark.parametrize("path", RELEASED, ids=lambda path: path.stem)
def test_a_schema_has_not_changed_in_a_way_that_breaks_readers(path):
    current = EVENT_CLASSES[path.stem].model_json_schema()

    assert breaking_changes(json.loads(path.read_text()), current) == []


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda s: s["properties"].pop("title"), "event.title: is gone"),
        (lambda s: s["properties"]["title"].update(type="integer"), "event.title.type: 'string' became 'integer'"),
        (lambda s: s["required"].append("event_id"), "event.event_id: became required"),
        (lambda s: s["required"].remove("title"), "event.title: is required no more"),
        (
            lambda s: s["properties"]["type"].update(const="x"),
            "event.type.const: 'recruitment.event-announced.v1' became 'x'",
        ),
    ],
)
def test_a_change_that_breaks_readers_is_noticed(change, problem):
    released = EVENT_CLASSES["recruitment.event-announced.v1"].model_json_schema()
    current = json.loads(json.dumps(released))

    change(current)

    assert problem in breaking_changes(released, current)


def test_a_new_optional_field_breaks_nobody():
    released = EVENT_CLASSES["recruitment.event-announced.v1"].model_json_schema()
    current = json.loads(json.dumps(released))

    current["properties"]["photos"] = {"$ref": "#/$defs/Photo", "default": None}
    current["$defs"] = {"Photo": {"type": "object"}}

    assert breaking_changes(released, current) == []


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_an_event_travels_as_a_valid_cloudevent(path):
    event = read_event(path.read_bytes())

    row = outbox_row(event, "2380")
    headers = {name: text.encode() for name, text in row["headers"].items()}
    cloud_event = from_binary(KafkaMessage(headers, row["key"].encode(), row["value"]), JSONFormat())

    assert (cloud_event.get_id(), cloud_event.get_type()) == (str(event.event_id), event.type)
    assert (cloud_event.get_source(), cloud_event.get_time()) == (f"/se/2380/{event.service}", event.occurred_at)
    assert cloud_event.get_subject() == row["key"] == str(getattr(event, event.about))
    assert read_event(json.dumps(cloud_event.get_data()).encode()) == event


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_a_reader_ignores_fields_it_does_not_know_but_a_producer_may_not_invent_them(path):
    newer = json.loads(path.read_text()) | {"added_next_year": True}

    assert read_event(json.dumps(newer).encode()).type == path.stem
    with pytest.raises(ValidationError):
        EVENT_CLASSES[path.stem].model_validate(newer)


def test_the_type_on_the_wire_is_written_out_in_the_agreed_form():
    for kind, cls in EVENT_CLASSES.items():
        service, happened, version = kind.split(".")
        assert service == cls.service
        assert "-" in happened
        assert version.removeprefix("v").isdigit()


def test_decoding_reads_what_the_outbox_wrote():
    event = read_event(SAMPLES[0].read_bytes())
    row = outbox_row(event, "2380")

    class Record:
        headers = tuple((name, text.encode()) for name, text in row["headers"].items())
        value = row["value"]

    assert decode(Record) == event


async def test_what_is_published_names_the_municipality_of_the_settings(tmp_path):
    settings = Settings(
        service="housing", municipality_code="0180", database_url=f"sqlite:///{tmp_path}/{{service}}.db"
    )
    await asyncio.to_thread(migrate, settings)
    database = Database(settings)

    async with database.transaction() as tx:
        tx.publish(read_event(SAMPLES[1].read_bytes()))
    async with database.reading() as session:
        headers = (await (await session.connection()).execute(sa.select(OUTBOX.c.headers))).scalar_one()
    await database.close()

    assert headers["ce_source"] == "/se/0180/housing"


@pytest.mark.parametrize("cls", EVENT_CLASSES.values(), ids=lambda cls: cls.__name__)
def test_the_id_of_an_event_tells_its_time_so_that_new_rows_lie_beside_each_other(cls):
    assert cls.model_fields["event_id"].default_factory().version == 7
