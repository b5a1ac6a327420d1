"""Clients that a generator makes of the documents carry people through: no status, form or field is a surprise."""

import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from openapi_python_client import generate
from openapi_python_client.config import Config, ConfigFile, MetaType

from deploy.submissions import DIARY
from eservice_intake.app import api as intake
from housing.app import api as housing
from notifications.app import api as notifications
from permit_guide.app import api as permit_guide
from recruitment.app import api as recruitment

APIS = {
    "intake": intake,
    "housing": housing,
    "notifications": notifications,
    "permit_guide": permit_guide,
    "recruitment": recruitment,
}


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, list[object]]]:
    """What the generator complains of, by API; the clients can be imported meanwhile."""
    folder = tmp_path_factory.mktemp("clients")
    sys.path.insert(0, str(folder))
    yield {name: _generate(name, app, folder) for name, app in APIS.items()}
    sys.path.remove(str(folder))


def _generate(name: str, app: FastAPI, folder: Path) -> list[object]:
    document = folder / f"{name}.json"
    document.write_bytes(httpx.Response(200, json=app.openapi()).content)
    files = dict.fromkeys(("application/pdf", "application/zip", "image/svg+xml"), "application/octet-stream")
    settings = ConfigFile(post_hooks=[], package_name_override=f"{name}_client", content_type_overrides=files)
    config = Config.from_sources(settings, MetaType.NONE, document, "utf-8", True, folder / f"{name}_client")
    return list(generate(config=config))


def operation(name: str) -> ModuleType:
    """`intake_client.api.applications.submit_application` without its first and its last but one."""
    return import_module(name)


def client_of(name: str, app: FastAPI, **headers: str) -> Any:
    """The generated client, talking to the API in this process."""
    arguments = {"transport": httpx.ASGITransport(app)}
    made = import_module(f"{name}_client").Client("http://test", httpx_args=arguments, raise_on_unexpected_status=True)
    return made.with_headers(headers)


@pytest.mark.parametrize("name", APIS)
def test_the_generator_understands_every_part_of_a_document(generated, name):
    assert generated[name] == []


@pytest.fixture
def app() -> FastAPI:
    return intake


async def test_a_resident_finds_an_eservice_is_told_what_is_wrong_sends_it_in_and_follows_it(generated, app, database):
    client = client_of("intake", app)
    of_eservices, of_applications = "intake_client.api.e_services", "intake_client.api.applications"
    models, types = import_module("intake_client.models"), import_module("intake_client.types")

    listed = await operation(f"{of_eservices}.list_eservices").asyncio(client=client)
    [complaint] = [eservice for eservice in listed.items if eservice.id == "klagomal-olagenhet"]
    shown = await operation(f"{of_eservices}.show_eservice").asyncio(complaint.id, client=client)
    assert {field.name for field in shown.fields} >= {"nuisance", "description", "diary"}

    submit = operation(f"{of_applications}.submit_application")
    answers = models.ApplicationFormAnswers.from_dict({"nuisance": "oljud"})
    refused = await submit.asyncio(client=client, body=models.ApplicationForm(complaint.id, answers))
    assert isinstance(refused, models.Problem)
    assert refused.code == "Invalid"
    assert {(v.field, v.code) for v in refused.violations} >= {("nuisance", "option"), ("description", "required")}

    attach = operation(f"{of_applications}.send_attachment")
    file = models.BodySendAttachment(types.File(DIARY, "dagbok.pdf", "application/pdf"))
    diary = await attach.asyncio(client=client, body=file)
    answers = models.ApplicationFormAnswers.from_dict({**COMPLAINT, "diary": [str(diary.id)]})
    form = models.ApplicationForm(complaint.id, answers)
    receipt = await submit.asyncio(client=client, body=form, idempotency_key="one-key")
    again = await submit.asyncio(client=client, body=form, idempotency_key="one-key")
    assert isinstance(receipt, models.Receipt)
    assert again.reference == receipt.reference

    follow = operation(f"{of_applications}.show_application_status")
    status = await follow.asyncio(receipt.reference, client=client, x_application_secret=receipt.secret)
    assert (status.reference, status.status) == (receipt.reference, models.Status.RECEIVED)


COMPLAINT = {
    "nuisance": "buller",
    "place": "Storgatan 12, Östersund",
    "description": "Fläkten på gården brummar varje natt mellan tio och sex.",
    "frequency": "standigt",
    "contacted_responsible": True,
    "anonymous": True,
}


async def test_staff_are_told_to_sign_in_and_then_see_their_tasks(generated, issuer):
    tasks = operation("notifications_client.api.queues_and_mails.list_tasks")

    stranger = await tasks.asyncio("boende", client=client_of("notifications", notifications))
    signed_in = client_of("notifications", notifications, Authorization=f"Bearer {issuer.token('caseworker')}")
    page = await tasks.asyncio("boende", client=signed_in, limit=1)

    assert (stranger.status, stranger.code) == (401, "Unauthorized")
    assert isinstance(page, import_module("notifications_client.models").PageTaskOut)
    assert isinstance(page.items, list)
