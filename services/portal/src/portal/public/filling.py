"""An e-service that somebody is filling in, and the draft that their answers are saved in."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property, partial
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import Depends, HTTPException

from portal.clients.base import Refused
from portal.clients.eservices import Draft, EServices, File, Filled, ToMend
from portal.forms.definition import Definition, Field, Step, definition_of
from portal.forms.errors import Violation
from portal.forms.widgets import Stored
from portal.i18n import language_of_services, plain
from portal.models import Kind
from portal.pages import Page, PublicPage
from portal.providers import SIGN_IN_PATHS, SignInNeeded
from portal.public.tokens import Token, token_in

NEW = "nytt"
"""In the address in place of a token, until there is a draft."""


class NoSuchDraft(Exception):
    """The link opens no draft: it is too old, or was sent in or deleted."""


@dataclass(frozen=True)
class Filling:
    """Where somebody is in an e-service. Without a token nothing is saved yet."""

    page: Page
    definition: Definition
    token: Token | None = None
    answers: Mapping[str, Any] = field(default_factory=dict)
    violations: Sequence[Violation] = ()
    attachments: Sequence[File] = ()
    expires_at: datetime | None = None

    @property
    def base(self) -> str:
        return f"/e-tjanster/{self.definition.id}/utkast/{self.token or NEW}"

    @cached_property
    def asked(self) -> dict[str, Any]:
        """The answers to what is asked now."""
        return self.definition.asked(self.answers)

    @cached_property
    def steps(self) -> list[Step]:
        return self.definition.steps_for(self.answers)

    def files_of(self, fields: Iterable[Field], answers: Mapping[str, Any]) -> dict[str, list[Stored]]:
        """The files of each question that has some."""
        known = {one.id: one for one in self.attachments}
        questions = (one for one in fields if one.type == "file")
        return {one.name: [_stored(id_, known) for id_ in _ids(answers.get(one.name))] for one in questions}

    def step(self, path: str) -> Step:
        """Raises a 404 when the e-service has no such page."""
        step = self.definition.step(path)
        if step is None:
            raise HTTPException(404)
        return step

    @property
    def needs_sign_in(self) -> bool:
        """Whether the e-service asks who sends it in, and that is not known."""
        return self.definition.about["login"] == "eid" and self.page.person is None

    def require_signed_in(self) -> None:
        """Raises SignInNeeded."""
        if self.needs_sign_in:
            raise SignInNeeded(Kind.RESIDENT)

    async def save(self, answers: Mapping[str, Any]) -> "Filling":
        """Save the answers, in a new draft if there is none. Raises Refused with what no form would send."""
        ask = self.page.ask(EServices)
        form = Filled(
            eservice=self.definition.id,
            definition=self.definition.about["version"],
            language=language_of_services(),
            answers=dict(answers),
        )
        if self.token is None:
            begun = await ask.begin(form)
            return replace(
                self, token=Token(begun.id, begun.secret), answers=answers, violations=told(begun.violations)
            )
        saved = await ask.save(self.token.draft_id, self.token.secret, form)
        return replace(self, answers=answers, violations=told(saved.violations))

    async def known_again(self) -> "Filling":
        """With the files as the service knows them now."""
        if self.token is None:
            return self
        draft = await draft_of(self.page, self.token)
        return replace(self, attachments=draft.attachments)


def told(violations: Iterable[ToMend]) -> list[Violation]:
    """What is wrong so far. An answer to what is not asked any longer is kept in the draft, and is no mistake."""
    return [Violation(one.field, one.code, one.message) for one in violations if one.code != "hidden"]


def sign_in_path(page: Page, back: str) -> str:
    """Where one signs in, to come back to the page."""
    return f"{SIGN_IN_PATHS[Kind.RESIDENT]}?till={quote(page.address(back))}"


async def definition_for(page: Page, slug: str, version: str | None = None) -> Definition:
    """As it is now, or was. Raises a 404 when there is no such e-service, and Refused for a version that has closed."""
    try:
        shown, schema = await page.ask(EServices).published(slug, version)
    except Refused as error:
        if error.status == 404:
            raise HTTPException(404) from error
        raise
    return definition_of(shown, schema, language_of_services(), plain("Uppgifter"))


async def filling_of(page: PublicPage, slug: str, token: str) -> Filling:
    """What the address says. Raises NoSuchDraft, a 404, and SignInNeeded where one begins signed in."""
    if token == NEW:
        new = Filling(page, await definition_for(page, slug))
        new.require_signed_in()
        return replace(new, answers=_known_of(page, new.definition))
    opened = token_in(token)
    if opened is None:
        raise NoSuchDraft
    draft = await draft_of(page, opened)
    if draft.eservice != slug:
        raise NoSuchDraft
    return await filled_so_far(page, opened, draft)


FillingIn = Annotated[Filling, Depends(filling_of)]


async def filled_so_far(page: Page, token: Token, draft: Draft) -> Filling:
    """In the version that it was begun with; once that has closed, what is still asked, in the one that holds."""
    saved = partial(Filling, token=token, attachments=draft.attachments, expires_at=draft.expires_at)
    try:
        definition = await definition_for(page, draft.eservice, draft.definition)
    except Refused as error:
        if error.status != 410:
            raise
        holding = saved(page, await definition_for(page, draft.eservice))
        return await holding.save(holding.definition.asked(draft.answers))
    return saved(page, definition, answers=draft.answers, violations=told(draft.violations))


async def draft_of(page: Page, token: Token) -> Draft:
    try:
        return await page.ask(EServices).draft(token.draft_id, token.secret)
    except Refused as error:
        if error.status == 404:
            raise NoSuchDraft from error
        raise


def _known_of(page: Page, definition: Definition) -> dict[str, Any]:
    """What the sign-in tells of who fills it in."""
    names = [one.name for one in definition.fields if one.prefill == "identity_name"]
    return dict.fromkeys(names, page.person.name) if page.person else {}


def _ids(answer: Any) -> list[str]:
    return answer if isinstance(answer, list) else [answer] if answer else []


def _stored(id_: str, known: Mapping[str, File]) -> Stored:
    if id_ in known:
        return Stored(id_, known[id_].filename, known[id_].size, known[id_].scan)
    return Stored(id_, plain("Filen finns inte längre"), 0, "failed")
