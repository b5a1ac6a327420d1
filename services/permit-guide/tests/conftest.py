import pytest
from fastapi import FastAPI

from permit_guide.app import api


@pytest.fixture
def app() -> FastAPI:
    return api
