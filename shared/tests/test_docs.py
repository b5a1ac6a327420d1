import re

import httpx
import pytest
from fastapi import FastAPI

from shared.settings import Settings
from web import create_api


def api(**settings: object) -> FastAPI:
    return create_api(Settings(service="housing", oidc_issuer=None, **settings), description="test")


async def get(app: FastAPI, *paths: str) -> list[httpx.Response]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
        return [await client.get(path) for path in paths]


async def test_the_document_is_shown_without_anybody_elses_scripts():
    app = api()

    [page] = await get(app, "/docs")
    parts = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    answers = await get(app, *(f"/{part}" for part in parts), "/openapi.json")

    assert len(parts) == 4
    assert {answer.status_code for answer in answers} == {200}
    assert "http" not in page.text
    [policy] = page.headers.get_list("Content-Security-Policy")
    assert "script-src" not in policy
    assert policy.startswith("default-src 'self'")
    assert "<script>" not in page.text


@pytest.mark.parametrize(
    ("settings", "status"),
    [
        ({"mode": "embedded"}, 200),
        ({"mode": "embedded", "api_docs": False}, 404),
        ({"mode": "production"}, 404),
        ({"mode": "production", "api_docs": True}, 200),
    ],
)
async def test_the_document_is_public_when_embedded_and_otherwise_only_if_a_setting_says_so(settings, status):
    answers = await get(api(database_url="sqlite:///{data_dir}/x.db", **settings), "/docs", "/openapi.json")

    assert {answer.status_code for answer in answers} == {status}
