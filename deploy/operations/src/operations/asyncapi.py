"""The events as an AsyncAPI 3.0 document. FastStream's own generator knows no CloudEvents per type on one topic."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from inspect import cleandoc
from typing import Any

from pydantic.json_schema import models_json_schema

from shared.events import EVENT_CLASSES, TOPICS, Event, topic_of

Samples = Mapping[str, Sequence[Any]]
"""Events as they have been, by type."""
SCHEMAS = "#/components/schemas/{model}"
HEADERS = {
    "ce_specversion": {"const": "1.0"},
    "ce_id": {"type": "string", "format": "uuid", "description": "The event's id, the same at every delivery."},
    "ce_source": {
        "type": "string",
        "pattern": "^/se/[0-9]{4}/[a-z-]+$",
        "description": "The publisher: /se/<municipality code>/<service>.",
    },
    "ce_time": {"type": "string", "format": "date-time"},
    "ce_subject": {"type": "string", "description": "The id of the thing, also the record's key."},
    "content-type": {"const": "application/json"},
    "correlation_id": {"type": "string", "format": "uuid"},
    "traceparent": {"type": "string", "description": "W3C trace context."},
}
REQUIRED = ["ce_specversion", "ce_id", "ce_type", "ce_source", "ce_time", "ce_subject", "content-type"]


@dataclass(frozen=True)
class Subscription:
    """A service and the topics it listens to."""

    service: str
    topics: list[str]


def asyncapi_document(subscriptions: list[Subscription], samples: Samples) -> dict[str, Any]:
    """Every topic, the messages on it with their schemas and samples, who publishes them and who listens."""
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Kommunbuss",
            "version": "1",
            "description": "What happened, as CloudEvents 1.0 in Kafka's binary mode.",
        },
        "defaultContentType": "application/json",
        "servers": {
            "kafka": {
                "host": "{bootstrap}",
                "protocol": "kafka",
                "variables": {"bootstrap": {"default": "127.0.0.1:9092", "description": "KAFKA_BOOTSTRAP_SERVERS"}},
            }
        },
        "channels": {topic: _channel(topic) for topic in _topics(subscriptions)},
        "operations": {**_sends(), **_receives(subscriptions)},
        "components": {
            "messages": {kind: _message(cls, samples.get(kind, [])) for kind, cls in sorted(EVENT_CLASSES.items())},
            "schemas": _schemas(),
        },
    }


def _topics(subscriptions: list[Subscription]) -> list[str]:
    return sorted({*TOPICS, *(topic for subscription in subscriptions for topic in subscription.topics)})


def _kinds_on(topic: str) -> list[str]:
    """The types on a topic. A topic without a publisher of its own, such as a replay topic, may carry them all."""
    own = sorted(kind for kind, cls in EVENT_CLASSES.items() if topic_of(cls.service) == topic)
    return own or sorted(EVENT_CLASSES)


def _channel(topic: str) -> dict[str, Any]:
    return {
        "address": topic,
        "messages": {kind: {"$ref": f"#/components/messages/{kind}"} for kind in _kinds_on(topic)},
        "bindings": {"kafka": {"topic": topic, "bindingVersion": "0.5.0"}},
    }


def _sends() -> dict[str, Any]:
    services = sorted({cls.service for cls in EVENT_CLASSES.values()})
    return {f"{service}-publishes": _operation("send", topic_of(service)) for service in services}


def _receives(subscriptions: list[Subscription]) -> dict[str, Any]:
    return {
        f"{subscription.service}-listens-to-{topic}": {
            **_operation("receive", topic),
            "bindings": {
                "kafka": {"groupId": {"type": "string", "const": subscription.service}, "bindingVersion": "0.5.0"}
            },
        }
        for subscription in subscriptions
        for topic in subscription.topics
    }


def _operation(action: str, topic: str) -> dict[str, Any]:
    messages = [{"$ref": f"#/channels/{topic}/messages/{kind}"} for kind in _kinds_on(topic)]
    return {"action": action, "channel": {"$ref": f"#/channels/{topic}"}, "messages": messages}


def _message(cls: type[Event], samples: Sequence[Any]) -> dict[str, Any]:
    kind = cls.model_fields["type"].default
    return {
        "name": kind,
        "title": cls.__name__,
        "summary": cleandoc(cls.__doc__ or "").split("\n")[0],
        "contentType": "application/json",
        "headers": {
            "type": "object",
            "properties": {"ce_type": {"const": kind}, **HEADERS},
            "required": REQUIRED,
        },
        "payload": {"$ref": SCHEMAS.format(model=cls.__name__)},
        "bindings": {"kafka": {"key": {"type": "string", "description": cls.about}, "bindingVersion": "0.5.0"}},
        "examples": [{"payload": sample} for sample in samples],
    }


def _schemas() -> dict[str, Any]:
    wanted = [(cls, "validation") for cls in EVENT_CLASSES.values()]
    _, schemas = models_json_schema(wanted, ref_template=SCHEMAS)  # type: ignore[arg-type]  # the tuples are invariant
    found: dict[str, Any] = schemas["$defs"]
    return found
