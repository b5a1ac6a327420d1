"""Writes what others build against: an OpenAPI document for each API, an AsyncAPI document for the events."""

import json
import os
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer

from operations.asyncapi import Subscription, asyncapi_document
from operations.console import Apis, console, known_or_all
from shared.revisions import package_of
from shared.services import WITH_CONTACTS

Folder = Annotated[Path, typer.Option(help="Where to write.")]


def openapi(services: Apis = None, folder: Folder = Path("docs/openapi")) -> None:
    """Write the OpenAPI documents of the services, and of what those with contacts tell the others."""
    os.environ["MODE"] = "embedded"  # a document needs none of the secrets that an API needs in production
    for service in services or []:
        api = import_module(f"{package_of(service)}.app").api
        _write(folder / f"{service}.json", api.openapi())
        if service in WITH_CONTACTS:
            _write(folder / f"{service}.internal.json", api.state.internal.openapi())


def asyncapi(
    output: Annotated[Path, typer.Option(help="Where to write.")] = Path("docs/asyncapi.json"),
    samples: Annotated[Path, typer.Option(help="A folder with samples of events.")] = Path("tests/samples"),
) -> None:
    """Write the AsyncAPI document: every topic, who publishes what on it, who listens, and samples."""
    found = {path.stem: [json.loads(path.read_text())] for path in samples.glob("*.json")}
    _write(output, asyncapi_document(_subscriptions(), found))


def _subscriptions() -> list[Subscription]:
    """What each service's subscribers listen to, as the code says."""
    return [
        Subscription(service, sorted(topic.name for topic in subscriber.topics))
        for service in known_or_all(None)
        for subscriber in _subscribers(service)
    ]


def _subscribers(service: str) -> list[Any]:
    try:
        module = import_module(f"{package_of(service)}.subscribers")
    except ModuleNotFoundError:
        return []
    return list(module.router.subscribers)


def _write(path: Path, document: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n")
    console().print(str(path))
