import pytest
from fastapi import FastAPI

from recruitment.app import api


@pytest.fixture
def app() -> FastAPI:
    return api
