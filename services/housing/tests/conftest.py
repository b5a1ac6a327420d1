import pytest
from fastapi import FastAPI

from housing.app import api


@pytest.fixture
def app() -> FastAPI:
    return api
