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

FOLDER = Path(__file__).parent
SAMPLES = sorted((FOLDER / "samples").glob("*.json"))


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


def test_every_event_has_a_golden_sample():
    assert {path.stem for path in SAMPLES} >= set(EVENT_CLASSES)


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_a_golden_sample_still_parses(path):
    event = read_event(path.read_bytes())

    assert event.type == path.stem
    sample = json.loads(path.read_text())
    written = json.loads(event.model_dump_json())
    assert {name: written[name] for name in sample} == sample


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
