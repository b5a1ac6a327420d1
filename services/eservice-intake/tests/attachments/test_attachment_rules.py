"""What keeps an application from having the files that it names."""

from uuid import uuid4

import pytest

from eservice_intake.attachments.models import Scan
from eservice_intake.attachments.rules import Known, attachment_violations, download_name, too_much, with_attachment
from eservice_intake.settings import MEGABYTE, IntakeSettings

SETTINGS = IntakeSettings(case_attachments=3, case_attachment_megabytes=10)
ONE, OTHER = uuid4(), uuid4()


def known(size=MEGABYTE, is_used=False, scan=Scan.PENDING):
    return Known(size, is_used, scan)


def codes(wanted, attachments):
    return {found.field: found.code for found in attachment_violations(wanted, attachments)}


@pytest.mark.parametrize("scan", [Scan.PENDING, Scan.CLEAN])
def test_a_file_that_nothing_is_known_against_may_be_used(scan):
    assert codes({"drawing": ONE}, {ONE: known(scan=scan)}) == {}


@pytest.mark.parametrize(
    ("attachments", "code"),
    [
        ({}, "unknown_attachment"),
        ({ONE: known(is_used=True)}, "attachment_used"),
        ({ONE: known(scan=Scan.INFECTED)}, "attachment_infected"),
        ({ONE: known(scan=Scan.FAILED)}, "attachment_unreadable"),
    ],
)
def test_a_file_that_cannot_be_used_is_told_apart_by_why(attachments, code):
    assert codes({"drawing": ONE}, attachments) == {"drawing": code}


def test_a_file_answers_one_question():
    attachments = {ONE: known(), OTHER: known()}

    assert codes({"photos.0": ONE, "photos.1": OTHER, "drawing": ONE}, attachments) == {"drawing": "duplicate"}


@pytest.mark.parametrize(
    ("sizes", "code"), [([1, 1, 1], None), ([1, 1, 1, 1], "too_many_attachments"), ([6, 5], "attachments_too_large")]
)
def test_a_case_has_so_many_files_and_megabytes(sizes, code):
    ids = [uuid4() for _ in sizes]
    wanted = {f"photos.{number}": id_ for number, id_ in enumerate(ids)}

    attachments = {id_: known(size * MEGABYTE) for id_, size in zip(ids, sizes, strict=True)}
    found = too_much(wanted, attachments, SETTINGS)

    assert {one.field: one.code for one in found} == ({f"photos.{len(ids) - 1}": code} if code else {})


@pytest.mark.parametrize(
    ("question", "kind", "name"),
    [
        ("site_plan", "application/pdf", "MH-2026-000123_site_plan.pdf"),
        ("photos.0", "image/jpeg", "MH-2026-000123_photos-0.jpg"),
        ("wells.2.photo", "image/heic", "MH-2026-000123_wells-2-photo.heic"),
    ],
)
def test_a_file_is_fetched_under_the_diary_number_and_its_question(question, kind, name):
    assert download_name("MH-2026-000123", question, kind) == name


@pytest.mark.parametrize(
    ("question", "answers"),
    [
        ("drawing", {"drawing": str(ONE), "photos": ["a", "b"], "wells": [{"photo": "c"}]}),
        ("photos.1", {"drawing": "d", "photos": ["a", str(ONE)], "wells": [{"photo": "c"}]}),
        ("wells.0.photo", {"drawing": "d", "photos": ["a", "b"], "wells": [{"photo": str(ONE)}]}),
        ("supplement1.1", {"drawing": "d", "photos": ["a", "b"], "wells": [{"photo": "c"}]}),
    ],
)
def test_another_file_takes_the_place_of_one_in_the_answers(question, answers):
    before = {"drawing": "d", "photos": ["a", "b"], "wells": [{"photo": "c"}]}

    assert with_attachment(before, question, ONE) == answers
    assert before["photos"] == ["a", "b"]
