"""An e-service's form as it is published, and the pages it is asked on: one topic a page."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from babel import Locale

from portal.forms.conditions import Answers, Conditions, holds

Json = Mapping[str, Any]
GROUPS = frozenset({"address", "foreign_company", "point_sweref99tm"})
"""The types that are several boxes under one question."""
COUNTRIES = frozenset({"country", "foreign_country"})
REVEALING = frozenset({"choice", "bool", "multi_choice"})
MOST_FIELDS = 7


@dataclass(frozen=True)
class Option:
    value: str
    label: str


@dataclass(frozen=True)
class Field:
    """A question. `fields` are the boxes of a group, or what is asked of each row where several can be added."""

    name: str
    type: str
    label: str
    required: bool = False
    note: str | None = None
    block: str | None = None
    topic: str | None = None
    options: tuple[Option, ...] = ()
    example: str | None = None
    min: float | str | None = None
    max: float | str | None = None
    more_than: float | None = None
    min_length: int | None = None
    max_length: int | None = None
    show_if: Conditions = field(default_factory=dict)
    must_be: bool | None = None
    instead_of: str | None = None
    is_computed: bool = False
    is_list: bool = False
    autocomplete: str | None = None
    prefill: str | None = None
    accept: tuple[str, ...] = ()
    max_bytes: int | None = None
    fields: tuple["Field", ...] = ()

    @property
    def is_declaration(self) -> bool:
        """Whether it is certified when everything is sent in, rather than asked."""
        return self.must_be is True and self.block is not None

    def is_revealed_by(self, other: "Field") -> bool:
        """Whether it belongs under one option of the other question."""
        return other.type in REVEALING and [*self.show_if] == [other.name] and _is_one(self.show_if[other.name])


def _is_one(expected: object) -> bool:
    return isinstance(expected, str | bool)


@dataclass(frozen=True)
class Step:
    """A page. A row's page asks what is asked of each row; `repeats` is the question the rows answer."""

    id: str
    title: str
    fields: tuple[Field, ...]
    kind: Literal["fields", "rows", "files"] = "fields"

    @property
    def path(self) -> str:
        return f"bilagor/{self.id}" if self.kind == "files" else self.id

    @property
    def rows(self) -> Field:
        """The question that several rows answer."""
        return self.fields[0]


@dataclass(frozen=True)
class Definition:
    """An e-service. `about` is what is said of it besides its questions, as it is published."""

    id: str
    title: str
    about: Json
    fields: tuple[Field, ...]
    steps: tuple[Step, ...]

    @cached_property
    def declarations(self) -> tuple[Field, ...]:
        return tuple(one for one in self.fields if one.is_declaration)

    def asked(self, answers: Answers) -> dict[str, Any]:
        """The answers to what is asked, as those say: what somebody answered before they changed their mind is left."""
        return asked(self.fields, answers)

    def steps_for(self, answers: Answers) -> list[Step]:
        """The pages on which something is asked, as far as the answers say."""
        known = self.asked(answers)
        return [step for step in self.steps if shown(step.fields, known)]

    def step(self, path: str) -> Step | None:
        return next((step for step in self.steps if step.path == path), None)


def asked(fields: Iterable[Field], answers: Answers) -> dict[str, Any]:
    """The answers to the questions that are asked. A field leans only on fields before it."""
    found: dict[str, Any] = {}
    for one in fields:
        if one.name in answers and holds(one.show_if, found) and not one.is_computed:
            answer = answers[one.name]
            found[one.name] = [asked(one.fields, row) for row in answer] if one.type == "repeat" else answer
    return found


def shown(fields: Iterable[Field], answers: Answers) -> list[Field]:
    """The questions that are asked, given the answers to them."""
    return [one for one in fields if holds(one.show_if, answers)]


def missing(fields: Iterable[Field], answers: Answers, prefix: str = "") -> Iterator[str]:
    """Where an answer must be and is not: in a group and in each row too."""
    asked_now = shown(fields, answers)
    replaced = {one.instead_of for one in asked_now if one.name in answers}
    for one in asked_now:
        answer, path = answers.get(one.name), prefix + one.name
        if answer is not None:
            yield from _missing_within(one, answer, path)
        elif one.required and not one.is_computed and not _may_lack(one, answers) and one.name not in replaced:
            yield path


def _missing_within(one: Field, answer: Any, path: str) -> Iterator[str]:
    if one.type in GROUPS:
        yield from missing(one.fields, answer, f"{path}.")
    for number, row in enumerate(answer if one.type == "repeat" else ()):
        yield from missing(one.fields, row, f"{path}.{number}.")


def _may_lack(one: Field, beside: Answers) -> bool:
    """Not every country has postal codes."""
    return one.type == "postal_code" and beside.get("country", "SE") != "SE"


def definition_of(published: Json, schema: Json, language: str, particulars: str) -> Definition:
    """From `GET /eservices/{id}` and its schema. `particulars` is the title of pages that it has no title for."""
    questions = schema["properties"]
    fields = tuple(_field(one, questions[one["name"]], language) for one in published["fields"])
    titles = {one["id"]: one["title"] for one in published["blocks"]}
    steps = tuple(_steps(fields, {None: particulars, **titles}))
    about = {name: value for name, value in published.items() if name not in ("fields", "blocks")}
    return Definition(published["id"], published["title"], about, fields, steps)


def _field(told: Json, schema: Json, language: str) -> Field:
    item = schema.get("items", schema)
    inner = item.get("properties", {})
    given = {name: told[name] for name in _TOLD if name in told}
    return Field(
        **given,
        options=tuple(Option(one["value"], one["label"]) for one in told.get("options", ())),
        is_computed="computed" in told,
        is_list=schema.get("type") == "array",
        accept=tuple(schema.get("x-accept", ())),
        max_bytes=schema.get("x-max-bytes"),
        fields=tuple(_field(one, inner[one["name"]], language) for one in told.get("fields", ()))
        or tuple(_box(name, box, name in _required(item), language) for name, box in inner.items()),
    )


_TOLD = (
    *("name", "type", "label", "required", "note", "block", "topic", "example", "min", "max", "more_than"),
    *("min_length", "max_length", "show_if", "must_be", "instead_of", "autocomplete", "prefill"),
)


def _box(name: str, schema: Json, required: bool, language: str) -> Field:
    """One of a group's, which the schema alone tells of."""
    return Field(
        name=name,
        type=schema["x-type"],
        label=schema["title"],
        required=required,
        min=schema.get("minimum"),
        max=schema.get("maximum"),
        options=countries(schema["enum"], Locale.parse(language)) if schema["x-type"] in COUNTRIES else (),
    )


def _required(item: Json) -> list[str]:
    """The boxes that must be filled in, those of an address in Sweden too."""
    return [*item["required"], *item.get("then", {}).get("required", ())]


def countries(codes: Sequence[str], locale: Locale) -> tuple[Option, ...]:
    """The countries by their names in the language."""
    named = (Option(code, locale.territories.get(code, code)) for code in codes)
    return tuple(sorted(named, key=lambda one: one.label.casefold()))


def _steps(fields: Iterable[Field], titles: Mapping[str | None, str]) -> Iterator[Step]:
    """Pages in the order of the form, and then one for each file."""
    asked_here = [one for one in fields if not one.is_declaration and not one.is_computed]
    used: Counter[str] = Counter()
    own = titles[None]
    for page in _pages(one for one in asked_here if one.type != "file"):
        first = page[0]
        own = first.topic or own
        title = first.label if first.type == "repeat" else titles[first.block] if first.block else own
        used[title] += 1
        again = f" ({used[title]})" if used[title] > 1 else ""
        name = first.block if first.block and not again else first.name
        yield Step(name, title + again, tuple(page), "rows" if first.type == "repeat" else "fields")
    for one in asked_here:
        if one.type == "file":
            yield Step(one.name, one.label, (one,), "files")


def _pages(fields: Iterable[Field]) -> Iterator[list[Field]]:
    page: list[Field] = []
    for one in fields:
        if page and _begins_a_page(one, page):
            yield page
            page = []
        page.append(one)
    if page:
        yield page


def _begins_a_page(one: Field, page: Sequence[Field]) -> bool:
    """Whether another topic begins, the page is full, or the answers on it decide whether this is asked."""
    last = page[-1]
    if one.instead_of == last.name:
        return False
    leaned_on = [other for other in page if any(path.partition(".")[0] == other.name for path in one.show_if)]
    is_revealed = any(one.is_revealed_by(other) for other in leaned_on)
    is_full = sum(not other.show_if for other in page) >= MOST_FIELDS and not is_revealed
    is_apart = "repeat" in (one.type, last.type)
    return bool(one.topic) or one.block != last.block or is_apart or is_full or bool(leaned_on and not is_revealed)
