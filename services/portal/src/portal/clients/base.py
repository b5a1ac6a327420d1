"""How the portal asks the services: over their documented endpoints, as the person who asks and never as itself."""

from collections.abc import Awaitable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Self, TypeVar
from urllib.parse import quote

import httpx2
from pydantic import BaseModel, TypeAdapter

from portal.settings import PortalSettings
from shared.logging import log

T = TypeVar("T")
PROBLEM = "application/problem+json"


class Away(Exception):
    """A service does not answer. After something that was sent it cannot be known whether it was saved."""

    def __init__(self, service: str, retry_after: int | None = None) -> None:
        super().__init__(service)
        self.service = service
        self.retry_after = retry_after


async def unless_away(asked: Awaitable[T]) -> T | None:
    """The answer; None when there is none to be had, for a page that shows the rest."""
    try:
        return await asked
    except Away:
        return None


class Refused(Exception):
    """A service said no. `code` is for programs, `detail` and `fields` are in the reader's language."""

    def __init__(self, status: int, problem: Mapping[str, Any], retry_after: int | None = None) -> None:
        super().__init__(status, problem.get("code"))
        self.status = status
        self.code = str(problem.get("code", ""))
        self.detail = str(problem.get("detail", ""))
        self.problems = [(str(one["field"]), str(one["message"])) for one in problem.get("violations", ())]
        self.fields = dict(self.problems)
        self.codes = {str(one["field"]): str(one["code"]) for one in problem.get("violations", ())}
        self.retry_after = retry_after


class NotKept(Exception):
    """A service answers something else than its document says."""


@dataclass(frozen=True)
class Caller:
    """Who asks a service: with which token if any, in which language, from which address."""

    language: str
    address: str
    token: str | None = None

    def headers(self) -> dict[str, str]:
        signed_in = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        return {"Accept-Language": self.language, "X-Forwarded-For": self.address, **signed_in}


@dataclass(frozen=True)
class Sending:
    """What goes with a request besides its path."""

    params: Mapping[str, Any] = field(default_factory=dict)
    json: Any = None
    files: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)


class Client:
    """One service. Its methods name a path as the document has it first, so that a test can look each up there."""

    service: ClassVar[str]

    def __init__(self, http: httpx2.AsyncClient, caller: Caller) -> None:
        self._http = http
        self._caller = caller

    async def get(self, path: str, kind: type[T], /, params: Mapping[str, Any] | None = None, **names: str) -> T:
        """What is at the path, as the model. Parameters that are None or empty are left out."""
        return _read(kind, await self._send("GET", path, names, Sending(params=_given(params))))

    async def file(
        self, path: str, /, secret: str | None = None, params: Mapping[str, Any] | None = None, **names: str
    ) -> httpx2.Response:
        """A file as it is, with its type and name."""
        return await self._send("GET", path, names, Sending(params=_given(params), headers=_secret(secret)))

    async def made(self, path: str, /, json: Any, params: Mapping[str, Any], **names: str) -> httpx2.Response:
        """A file that is made of what is sent."""
        return await self._send("POST", path, names, Sending(params=params, json=json))

    async def opened(
        self, path: str, kind: type[T], /, secret: str | None, params: Mapping[str, Any] | None = None, **names: str
    ) -> T:
        """What one sees with the secret of an application, a draft or a signature."""
        return _read(kind, await self.file(path, secret, params, **names))

    async def post(
        self,
        path: str,
        kind: type[T],
        /,
        json: Any = None,
        *,
        key: str | None = None,
        version: str | None = None,
        secret: str | None = None,
        **names: str,
    ) -> T:
        """Do something: once by its `key`, and only to the `version` that the person saw."""
        headers = {"Idempotency-Key": key, "If-Match": version, **_secret(secret)}
        given = {name: value for name, value in headers.items() if value is not None}
        return _read(kind, await self._send("POST", path, names, Sending(json=json, headers=given)))

    async def put(self, path: str, kind: type[T], /, json: Any, *, secret: str | None = None, **names: str) -> T:
        return _read(kind, await self._send("PUT", path, names, Sending(json=json, headers=_secret(secret))))

    async def delete(self, path: str, /, *, secret: str | None = None, **names: str) -> None:
        await self._send("DELETE", path, names, Sending(headers=_secret(secret)))

    async def upload(self, path: str, kind: type[T], /, file: tuple[str, bytes, str], **names: str) -> T:
        return _read(kind, await self._send("POST", path, names, Sending(files={"file": file})))

    async def _send(self, method: str, path: str, names: Mapping[str, str], sending: Sending) -> httpx2.Response:
        address = path.format_map({name: quote(value, safe="") for name, value in names.items()})
        headers = {**self._caller.headers(), **sending.headers}
        try:
            answer = await self._http.request(
                method, address, params=sending.params, json=sending.json, files=sending.files, headers=headers
            )
        except httpx2.TransportError as error:
            log.error("a service does not answer", service=self.service, route=path, error=type(error).__name__)
            raise Away(self.service) from error
        if answer.status_code >= 400:
            raise self._refusal(answer, path)
        return answer

    def _refusal(self, answer: httpx2.Response, path: str) -> Exception:
        retry_after = answer.headers.get("retry-after", "")
        seconds = int(retry_after) if retry_after.isdigit() else None
        is_problem = answer.headers.get("content-type", "").startswith(PROBLEM)
        if answer.status_code in (502, 503, 504) or not is_problem:
            log.error("a service cannot answer", service=self.service, route=path, status=answer.status_code)
            return Away(self.service, seconds)
        return Refused(answer.status_code, answer.json(), seconds)


C = TypeVar("C", bound=Client)


class Services:
    """Connections to the services, kept while the portal runs."""

    def __init__(self, settings: PortalSettings) -> None:
        self._settings = settings
        self._https: dict[str, httpx2.AsyncClient] = {}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        for http in self._https.values():
            await http.aclose()
        self._https.clear()

    def of(self, kind: type[C], caller: Caller) -> C:
        """The client of a service for somebody."""
        if kind.service not in self._https:
            self._https[kind.service] = httpx2.AsyncClient(
                base_url=self._address(kind.service), timeout=self._settings.service_seconds
            )
        return kind(self._https[kind.service], caller)

    def _address(self, service: str) -> str:
        return str(getattr(self._settings, f"{service.removeprefix('eservice-').replace('-', '_')}_url"))


def _read(kind: type[T], answer: httpx2.Response) -> T:
    if kind is type(None) or answer.status_code == 204:
        return TypeAdapter(kind).validate_python(None)
    return TypeAdapter(kind).validate_json(answer.content)


def _given(params: Mapping[str, Any] | None) -> dict[str, Any]:
    return {name: value for name, value in (params or {}).items() if value not in (None, "", ())}


def _secret(secret: str | None) -> dict[str, str]:
    return {"X-Application-Secret": secret} if secret else {}


class Read(BaseModel):
    """What a service answers, as far as a page shows it. Whatever else is there is left out."""

    model_config = {"frozen": True, "extra": "ignore"}
