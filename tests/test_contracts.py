"""What is on the wire is a promise: released events keep parsing, and readers are not broken."""

import json
import pkgutil
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
from cloudevents.core.bindings.kafka import KafkaMessage, from_binary
from cloudevents.core.formats.json import JSONFormat
from pydantic import ValidationError

import shared.events
from bus.batches import decode
from eservice_intake.catalogue.eservices import catalogue
from notifications.rules.routing import routing
from notifications.words import KINDS, UNDECIDED
from shared.events import EVENT_CLASSES, Event, read_event
from shared.staff import HOUSING, RECRUITMENT
from testkit.outbox import record_of
from tests.released import SCHEMAS, breaking_changes, command_for, release, schema_of

FOLDER = Path(__file__).parent
SAMPLES = sorted((FOLDER / "samples").glob("*.json"))
RELEASED = sorted(SCHEMAS.glob("*.json"))


def below(cls: type[Event]) -> Iterator[type[Event]]:
    for subclass in cls.__subclasses__():
        yield subclass
        yield from below(subclass)


def test_every_event_is_one_that_consumers_read():
    modules = [module.name for module in pkgutil.walk_packages(shared.events.__path__, "shared.events.")]
    for module in modules:
        import_module(module)

    written = {cls for cls in below(Event) if cls.__module__ in modules and not cls.model_fields["type"].is_required()}

    unread = sorted(cls.__name__ for cls in written - set(EVENT_CLASSES.values()))
    assert unread == [], "consumers would set these aside: add them to _Union and __all__ of shared.events"


def test_every_unit_of_the_catalogue_has_a_queue():
    units = {name: unit.sv for name, unit in catalogue().units.items()}

    queues = {name: title.sv for name, title in routing().queues.items() if name not in (HOUSING, RECRUITMENT)}

    assert units == queues, "units in catalogue.yaml and queues in notifications/data/routing.yaml go together"


def test_mails_name_every_kind_of_case_and_know_which_are_not_decided():
    kinds = catalogue().kinds

    assert all(set(named) == set(kinds) for named in KINDS.values())
    assert {name for name, kind in kinds.items() if not kind.decided} == UNDECIDED


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
    assert breaking_changes(json.loads(path.read_text()), schema_of(path.stem)) == []


@pytest.mark.parametrize("path", RELEASED, ids=lambda path: path.stem)
def test_an_event_is_released_as_it_is_now(path):
    assert json.loads(path.read_text()) == schema_of(path.stem), f"release it again: {command_for(path.stem)}"


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


def test_an_event_is_released_again_with_a_new_optional_field(tmp_path):
    path = tmp_path / "housing.house-listed.v1.json"
    earlier = schema_of(path.stem)
    earlier["properties"].pop("occurred_at")
    path.write_text(json.dumps(earlier))

    release(path.stem, tmp_path)

    assert json.loads(path.read_text()) == schema_of(path.stem)


def test_an_event_is_not_released_when_that_breaks_readers(tmp_path):
    path = tmp_path / "housing.house-listed.v1.json"
    richer = schema_of(path.stem)
    richer["properties"]["price"] = {"type": "integer"}
    path.write_text(json.dumps(richer))

    with pytest.raises(SystemExit, match=r"event.price: is gone\nReaders would break: make it a new class"):
        release(path.stem, tmp_path)

    assert json.loads(path.read_text()) == richer


def test_what_is_not_an_event_is_not_released(tmp_path):
    with pytest.raises(SystemExit, match=r"'housing.gone.v1' is not an event of shared.events. There are: "):
        release("housing.gone.v1", tmp_path)


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_an_event_travels_as_a_valid_cloudevent(path):
    event = read_event(path.read_bytes())

    record = record_of(event)
    cloud_event = from_binary(KafkaMessage(dict(record.headers), record.key, record.value), JSONFormat())

    assert (cloud_event.get_id(), cloud_event.get_type()) == (str(event.event_id), event.type)
    assert (cloud_event.get_source(), cloud_event.get_time()) == (f"/se/2380/{event.service}", event.occurred_at)
    assert cloud_event.get_subject() == record.key.decode() == str(getattr(event, event.about))
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

    assert decode(record_of(event)) == event


@pytest.mark.parametrize("cls", EVENT_CLASSES.values(), ids=lambda cls: cls.__name__)
def test_the_id_of_an_event_tells_its_time_so_that_new_rows_lie_beside_each_other(cls):
    assert cls.model_fields["event_id"].default_factory().version == 7
