"""Forms whose questions the pages have themselves. A question is named for where a service takes its answer."""

import hashlib
import json
import secrets
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from markupsafe import Markup

from portal.clients.base import Refused
from portal.forms.definition import GROUPS, Field, Option, missing
from portal.forms.errors import NOT_OF_TYPE, REQUIRED, Mistake, Violation, mistakes
from portal.forms.parse import Typed, parse
from portal.forms.widgets import Widget, page_of
from portal.i18n import gettext as _
from portal.i18n import of_service

T = TypeVar("T")
KEY = "nyckel"
SHOWN_AGAIN = (409, 422, 429)
"""What the page is shown again for, with what was typed."""


@dataclass(frozen=True)
class Topic:
    """Questions under a heading."""

    title: Markup | None
    fields: Sequence[Field]


@dataclass(frozen=True)
class TopicView:
    title: Markup | None
    widgets: Sequence[Widget]


@dataclass(frozen=True)
class FormView:
    """A form as a page shows it. `key` is the same however often it is sent; `notice` is why it was not taken."""

    topics: Sequence[TopicView]
    key: str
    mistakes: Sequence[Mistake] = ()
    notice: Markup | None = None


def question(path: str, kind: str, label: Markup, *, required: bool = False, **more: Any) -> Field:
    """A question whose answer a service takes at the path, such as `owner.email`."""
    return Field(path.replace(".", "-"), kind, label, required, **more)


def options(labels: Mapping[str, str]) -> tuple[Option, ...]:
    """The values a service takes, with their Swedish names."""
    return tuple(Option(value, _(label)) for value, label in labels.items())


def empty(topics: Sequence[Topic], typed: Typed | None = None) -> FormView:
    """The form before it is sent, which gives it its key."""
    return _view(topics, typed or {}, secrets.token_urlsafe(12))


def shown_again(topics: Sequence[Topic], typed: Typed, found: Sequence[Violation] = ()) -> FormView:
    """The form with what was typed, and what is wrong with it."""
    return _view(topics, typed, key_in(typed), found)


def key_in(typed: Typed) -> str:
    return next(iter(typed.get(KEY, ())), "")[:64] or secrets.token_urlsafe(12)


def lacking(topics: Sequence[Topic], typed: Typed) -> list[Violation]:
    """What is not answered and must be, and what cannot be read."""
    fields = _fields(topics)
    parsed = parse(fields, typed)
    unread = [Violation(path, NOT_OF_TYPE) for path in sorted(parsed.wrong)]
    unanswered = (path for path in missing(fields, parsed.answers) if path not in parsed.wrong)
    return [*unread, *(Violation(path, REQUIRED) for path in unanswered)]


def answers_in(topics: Sequence[Topic], typed: Typed) -> dict[str, Any]:
    """What is sent: what stands at `owner-email` is the `email` of the `owner`."""
    sent: dict[str, Any] = {}
    for name, answer in parse(_fields(topics), typed).answers.items():
        *outer, last = name.split("-")
        inner = sent
        for one in outer:
            inner = inner.setdefault(one, {})
        inner[last] = answer
    return sent


async def send(
    topics: Sequence[Topic], typed: Typed, by: Callable[[dict[str, Any], str], Awaitable[T]]
) -> tuple[T | None, FormView]:
    """Send it: the same answers once. Where there is no result, the form is shown again."""
    found = lacking(topics, typed)
    if found:
        return None, shown_again(topics, typed, found)
    answers = answers_in(topics, typed)
    try:
        return await by(answers, key_of(typed, answers)), shown_again(topics, typed)
    except Refused as refused:
        if refused.status not in SHOWN_AGAIN:
            raise
        return None, _refused(topics, typed, refused)


def key_of(typed: Typed, answers: Mapping[str, Any]) -> str:
    """What was changed before it was sent again is another sending."""
    said = json.dumps(answers, sort_keys=True).encode()
    return f"{key_in(typed)}-{hashlib.sha256(said).hexdigest()[:16]}"


def _refused(topics: Sequence[Topic], typed: Typed, refused: Refused) -> FormView:
    fields = _fields(topics)
    placed = [(_place(path, fields), path) for path in refused.fields]
    found = [Violation(name, refused.codes[path], refused.fields[path]) for name, path in placed if name]
    view = shown_again(topics, typed, found)
    return view if found else replace(view, notice=of_service(refused.detail))


def _place(path: str, fields: Sequence[Field]) -> str | None:
    """The question whose answer stands there, or is the first within it or around it."""
    name = path.replace(".", "-")
    for one in fields:
        if one.type in GROUPS and path.partition(".")[0] == one.name:
            return path
        if name == one.name or name.startswith(f"{one.name}-") or one.name.startswith(f"{name}-"):
            return one.name
    return None


def _view(topics: Sequence[Topic], typed: Typed, key: str, found: Sequence[Violation] = ()) -> FormView:
    wrong = mistakes(_fields(topics), found)
    shown = [TopicView(topic.title, page_of(topic.fields, typed, wrong)) for topic in topics]
    return FormView(shown, key, wrong)


def _fields(topics: Sequence[Topic]) -> list[Field]:
    return list(_all(topics))


def _all(topics: Sequence[Topic]) -> Iterator[Field]:
    for topic in topics:
        yield from topic.fields
