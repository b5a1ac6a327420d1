import pytest
from fastapi import FastAPI

from eservice_intake.app import api


@pytest.fixture
def app() -> FastAPI:
    return api
