"""docs/ holds what the code says of its APIs and events."""

import pytest

from deploy.procfile import SERVICES
from operations.contracts import asyncapi, openapi
from testkit.issuer import OpenIdIssuer
from tests.promises import ROOT
from web.openapi import USUAL_ISSUER

DOCUMENTS = ROOT / "docs"
KEPT = sorted(str(path.relative_to(DOCUMENTS)) for path in DOCUMENTS.rglob("*.json"))


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory, issuer: OpenIdIssuer) -> dict[str, str]:
    """What `make docs` would write now, where the issuer is the usual one."""
    folder = tmp_path_factory.mktemp("docs")
    openapi(SERVICES, folder / "openapi")
    asyncapi(folder / "asyncapi.json", ROOT / "tests/samples")
    return {
        str(path.relative_to(folder)): path.read_text().replace(issuer.url, USUAL_ISSUER)
        for path in folder.rglob("*.json")
    }


@pytest.mark.parametrize("name", KEPT)
def test_a_document_says_what_the_code_says(name: str, written: dict[str, str]):
    assert (DOCUMENTS / name).read_text() == written[name], f"docs/{name} is out of date: make docs"


def test_there_is_a_document_of_every_api_and_of_the_events(written: dict[str, str]):
    assert sorted(written) == KEPT, "make docs"


def test_each_page_of_decisions_has_a_number_of_its_own_and_begins_with_it():
    pages = sorted((DOCUMENTS / "decisions").glob("0*.md"))

    numbers = [page.name[:4] for page in pages]

    assert len(numbers) == len(set(numbers))
    assert [page.read_text()[2:6] for page in pages] == numbers
