"""A page of a form that somebody sent: what it says, the files that came with it, and what is wrong."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from starlette.datastructures import FormData, UploadFile

from portal.clients.base import Refused
from portal.clients.cases import Cases
from portal.forms.conditions import holds
from portal.forms.definition import Field, missing
from portal.forms.errors import NOT_OF_TYPE, PROTECTED, REQUIRED, Violation
from portal.forms.parse import merged, parse
from portal.pages import Page

UPLOADED = "-fil"
REMOVE, UPLOAD, SAVE = "ta-bort", "ladda-upp", "spara"
FETCH, CHOOSE, REPLACE = "hamta", "valj", "byt"
"""Of what a register knows: ask for it, choose among several, put it in place of what is typed."""


class Wish(Enum):
    """What the button says that was pressed."""

    GO_ON = auto()
    SAVE = auto()
    STAY = auto()
    FETCH = auto()


@dataclass(frozen=True)
class Turn:
    """`answers` are those there were, with what this page says in place of what it said before."""

    wish: Wish
    typed: Mapping[str, Sequence[str]]
    answers: dict[str, Any]
    violations: Sequence[Violation]
    has_new_files: bool

    @property
    def is_protected(self) -> bool:
        """Whether somebody says that their identity is protected: then nothing of it is sent anywhere."""
        return any(one.code == PROTECTED for one in self.violations)


async def turn_of(page: Page, fields: Sequence[Field], before: Mapping[str, Any]) -> Turn:
    """Read the page. Files are stored at once, whatever else is wrong."""
    form = await page.form()
    typed = typed_in(form)
    protected = [Violation(one.name, PROTECTED, one.note or "") for one in fields if _is_yes(one, typed)]
    wish = _wish_of(form)
    if protected:
        return Turn(wish, typed, dict(before), protected, has_new_files=False)
    refused = [wrong for one in fields if one.type == "file" for wrong in await _stored(page, one, form, typed)]
    parsed = parse(fields, typed)
    answers = merged(before, fields, parsed)
    wrong = [Violation(path, NOT_OF_TYPE) for path in parsed.wrong if _is_asked(path, fields, answers)]
    named = {one.field for one in (*refused, *wrong)}
    lacking = [Violation(path, REQUIRED) for path in missing(fields, answers) if path not in named]
    found = [*refused, *wrong, *(lacking if wish is Wish.GO_ON else ())]
    return Turn(wish, typed, answers, found, has_new_files=any(files_in(form, one.name) for one in fields))


def typed_in(form: FormData) -> dict[str, list[str]]:
    return {name: [value for value in form.getlist(name) if isinstance(value, str)] for name in form}


def _wish_of(form: FormData) -> Wish:
    if SAVE in form:
        return Wish.SAVE
    if not {FETCH, CHOOSE, REPLACE}.isdisjoint(form):
        return Wish.FETCH
    return Wish.STAY if REMOVE in form or UPLOAD in form else Wish.GO_ON


def _is_yes(one: Field, typed: Mapping[str, Sequence[str]]) -> bool:
    return one.type == PROTECTED and bool(typed.get(one.name))


def _is_asked(path: str, fields: Sequence[Field], answers: Mapping[str, Any]) -> bool:
    return any(one.name == path.partition(".")[0] and holds(one.show_if, answers) for one in fields)


def files_in(form: FormData, name: str) -> list[UploadFile]:
    """The files that were chosen in the box of the name."""
    return [file for file in form.getlist(name + UPLOADED) if isinstance(file, UploadFile) and file.filename]


async def _stored(page: Page, one: Field, form: FormData, typed: dict[str, list[str]]) -> list[Violation]:
    """Store the files that were chosen, and put their ids among those that the page had. What was refused of them."""
    removed = [str(value) for value in form.getlist(REMOVE)]
    ids = [id_ for id_ in typed.get(one.name, ()) if f"{one.name}:{id_}" not in removed]
    refused = []
    for file in files_in(form, one.name):
        try:
            sent = await page.ask(Cases).send_file(file.filename or "", await file.read())
            ids.append(sent.id)
        except Refused as error:
            refused.append(Violation(one.name, error.code, error.detail))
    typed[one.name] = ids if one.is_list else ids[-1:]
    return refused


def of_page(violations: Sequence[Violation], fields: Sequence[Field]) -> Iterator[Violation]:
    """What is wrong with these questions."""
    names = {one.name for one in fields}
    return (wrong for wrong in violations if wrong.field.partition(".")[0] in names)
