import pytest
from fastapi import FastAPI

from notifications.app import api


@pytest.fixture
def app() -> FastAPI:
    return api
