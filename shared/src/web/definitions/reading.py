"""Versions as staff read them, and what is wrong with what they upload."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fastapi import Request
from pydantic import ValidationError

from definitions.changes import changes
from definitions.kinds import Golden, Kind, Reason, Trials
from definitions.models import Definition, DefinitionStatus, UnknownDefinition
from definitions.published import Published
from definitions.source import Faulty, Source
from shared.errors import Invalid, Text, Violation
from shared.events import Language
from shared.staff import Person
from web.definitions.forms import ShownChange, ShownGolden, ShownReason, ShownText, VersionBrief, VersionShown
from web.validation import violation_of

MOST_PROBLEMS = 200
UNKNOWN_PLACE = Text(
    sv="Det finns ingen text på det stället. `texts` visar dem som finns.",
    en="There is no text at that place. `texts` shows those there are.",
)


@dataclass(frozen=True)
class Mounted:
    """A kind of definition with what is published of it, and how it is tried."""

    published: Published[Any]
    trials: Trials[Any]

    @property
    def kind(self) -> Kind[Any]:
        return self.published.kind


def mounted(request: Request) -> list[Mounted]:
    return [Mounted(published, trials) for published, trials in request.app.state.published.items()]


def kind_named(request: Request, name: str) -> Mounted:
    """Raises UnknownDefinition."""
    found = next((one for one in mounted(request) if one.kind.name == name), None)
    if found is None:
        raise UnknownDefinition
    return found


def read(kind: Mounted, text: str, at: datetime) -> tuple[Any, Source]:
    """What is written, when nothing is wrong with it. Raises Invalid, which names every problem by its place."""
    try:
        source = Source(text)
        one = kind.kind.read(source)
        if faults := [source.located(*problem) for problem in kind.trials.problems(one, source)]:
            raise Faulty(*faults)
    except Faulty as faulty:
        problems = faulty.problems[:MOST_PROBLEMS]
        raise Invalid(*(_wrong(each.place, each.line, _same(each.message)) for each in problems)) from None
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)[:MOST_PROBLEMS]
        raise Invalid(*(_as_read(source, each) for each in found)) from None
    _require_passed(source, kind.trials.golden(one, at))
    return one, source


def require_in_time(kind: Mounted, one: Any, source: Source, held: Definition | None, at: datetime) -> None:
    """Raises Invalid, which names by its place what can no longer be changed from that time on."""
    before = kind.kind.load(held.content) if held else None
    if before is not None and (found := list(kind.trials.too_late(one, before, at))):
        problems = [source.located(*problem) for problem in found]
        raise Invalid(*(_wrong(each.place, each.line, _same(each.message), "too_late") for each in problems))


def with_texts(source: str, wanted: list[tuple[str, str, str]]) -> str:
    """The source with the texts in place of its own. Raises Invalid."""
    for number, (place, language, text) in enumerate(wanted):
        try:
            source = Source(source).with_text(place, language, text)
        except KeyError:
            raise Invalid(Violation(f"texts.{number}.place", "unknown_place", UNKNOWN_PLACE)) from None
    return source


def brief(version: Definition, kind: Mounted) -> VersionBrief:
    current = kind.published.current().get(version.name)
    is_published = version.status is DefinitionStatus.PUBLISHED
    holds = is_published and current is not None and current.version == version.version
    return VersionBrief(status=version.status, holds=holds, **_columns(version))


def shown(
    version: Definition, holding: str, kind: Mounted, person: Person, language: Language, at: datetime
) -> VersionShown:
    one, source = kind.kind.load(version.content), Source(version.source)
    return VersionShown(
        **dict(brief(version, kind)),
        source=version.source,
        changes=[ShownChange(**vars(each)) for each in changes(Source(holding).data, source.data)],
        texts=[ShownText(place=place, **words) for place, words in source.texts()],
        golden=[_golden_shown(each, language) for each in kind.trials.golden(one, at)],
        takes_answers=kind.trials.takes_answers,
        can=_can(version, person),
    )


def reason_shown(reason: Reason, language: Language) -> ShownReason:
    return ShownReason(
        rule=reason.rule,
        about=reason.about.in_language(language),
        verdict=reason.verdict,
        because=reason.because.in_language(language),
    )


def _golden_shown(golden: Golden, language: Language) -> ShownGolden:
    return ShownGolden(name=golden.name, passed=golden.passed, found=golden.found.in_language(language))


def _can(version: Definition, person: Person) -> list[Any]:
    match version.status:
        case DefinitionStatus.PROPOSED:
            return ["withdraw"] if person.subject in version.authors else ["approve", "withdraw"]
        case DefinitionStatus.APPROVED:
            return ["publish", "withdraw"]
        case _:
            return []


def _columns(version: Definition) -> dict[str, Any]:
    return version.model_dump(include=set(VersionBrief.model_fields))


def _require_passed(source: Source, golden: list[Golden]) -> None:
    failed = [each for each in golden if not each.passed]
    if failed:
        line = source.line_of("golden")
        raise Invalid(*(_wrong(f"golden ({each.name})", line, each.found, "golden") for each in failed))


def _as_read(source: Source, error: Any) -> Violation:
    place = source.named(error["loc"])
    found = violation_of({**error, "loc": ("source", *error["loc"])})
    return _wrong(place, source.line_of(place), found.message, found.code)


def _wrong(place: str, line: int | None, what: Text, code: str = "definition") -> Violation:
    if line is None:
        return Violation(place, code, what)
    return Violation(place, code, Text(sv=f"Rad {line}: {what.sv}", en=f"Line {line}: {what.en}"))


def _same(words: str) -> Text:
    return Text(sv=words, en=words)
