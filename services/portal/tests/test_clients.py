"""Pages ask services over endpoints that are documented, as the person who asks."""

import ast
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx2
import pytest

from portal.clients.base import Away, Caller, Refused
from portal.clients.housing import Housing

ROOT = Path(__file__).parents[3]
CLIENTS = Path(__file__).parents[1] / "src/portal/clients"
METHODS = {
    "get": "get",
    "file": "get",
    "opened": "get",
    "post": "post",
    "upload": "post",
    "made": "post",
    "put": "put",
    "delete": "delete",
}
ANNA = Caller("en", "192.0.2.17", "a-token")


def calls() -> Iterator[tuple[str, str, str]]:
    """The service, method and path of everything that a client asks for."""
    for module in sorted(CLIENTS.glob("*.py")):
        classes = {node.name: node for node in ast.parse(module.read_text()).body if isinstance(node, ast.ClassDef)}
        for node in classes.values():
            base = ast.unparse(node.bases[0]) if node.bases else ""
            service = next((ast.literal_eval(one.value) for one in node.body if isinstance(one, ast.Assign)), None)
            if isinstance(service, str) and (base == "Client" or base in classes):
                asked = [*_asked(node), *(_asked(classes[base]) if base in classes else ())]
                yield from ((service, method, path.replace("{service}", service)) for method, path in asked)


def _asked(client: ast.ClassDef) -> Iterator[tuple[str, str]]:
    for node in ast.walk(client):
        if isinstance(node, ast.Call) and (name := ast.unparse(node.func)).startswith("self."):
            asks = name.removeprefix("self.") in METHODS
            assert not asks or isinstance(node.args[0], ast.Constant), "write the path as the document has it"
            yield from [(METHODS[name.removeprefix("self.")], ast.literal_eval(node.args[0]))] if asks else []


@pytest.mark.parametrize(("service", "method", "path"), sorted(set(calls())))
def test_a_client_asks_for_what_is_documented(service: str, method: str, path: str):
    document = json.loads((ROOT / f"docs/openapi/{service}.json").read_text())

    assert method in document["paths"].get(path, {}), f"{service} has no {method.upper()} {path}"


def test_no_page_asks_by_itself():
    others = [path for path in CLIENTS.parent.rglob("*.py") if path.parent != CLIENTS]
    allowed = {"providers.py", "signing_in.py"}

    assert {path.name for path in others if "httpx" in path.read_text()} == allowed


def asked(answer: Callable[[httpx2.Request], httpx2.Response]) -> Housing:
    http = httpx2.AsyncClient(transport=httpx2.MockTransport(answer), base_url="http://housing")
    return Housing(http, ANNA)


async def test_a_service_sees_the_persons_own_token_language_and_address():
    seen: list[httpx2.Request] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        seen.append(request)
        return httpx2.Response(200, json={"items": [], "next": None})

    await asked(answer).houses(offer="sale", area="")

    assert seen[0].url.query == b"offer=sale"
    assert seen[0].headers["authorization"] == "Bearer a-token"
    assert seen[0].headers["accept-language"] == "en"
    assert seen[0].headers["x-forwarded-for"] == "192.0.2.17"


async def test_what_a_service_refuses_has_its_code_and_its_fields():
    problem = {
        "code": "Invalid",
        "detail": "Some of it is not right.",
        "violations": [{"field": "owner.email", "code": "format", "message": "Write an address."}],
    }
    headers = {"Content-Type": "application/problem+json", "Retry-After": "7"}

    with pytest.raises(Refused) as refused:
        await asked(lambda _: httpx2.Response(422, json=problem, headers=headers)).houses()

    assert (refused.value.status, refused.value.code, refused.value.retry_after) == (422, "Invalid", 7)
    assert refused.value.fields == {"owner.email": "Write an address."}


@pytest.mark.parametrize("status", [502, 503, 404])
async def test_a_service_that_cannot_answer_is_away(status: int):
    with pytest.raises(Away):
        await asked(lambda _: httpx2.Response(status, text="<h1>nginx</h1>")).houses()


async def test_a_service_that_does_not_answer_is_away():
    def refuse(_: httpx2.Request) -> httpx2.Response:
        raise httpx2.ConnectError("refused")

    with pytest.raises(Away):
        await asked(refuse).houses()


async def test_what_is_in_a_path_leads_nowhere_else():
    seen: list[httpx2.Request] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        seen.append(request)
        return httpx2.Response(200, json={"items": [], "next": None})

    await asked(answer).file("/houses/{house_id}", house_id="../queues?x=å/b#c")

    assert seen[0].url.raw_path == b"/houses/..%2Fqueues%3Fx%3D%C3%A5%2Fb%23c"
