"""PDFs: what they say, and that what people write stays what they wrote."""

import io
import re
import sys
from asyncio import create_subprocess_exec
from asyncio.subprocess import PIPE
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pypdf
import pytest

from eservice_intake.cases.models import Case
from eservice_intake.catalogue.answers import ReadAnswer
from eservice_intake.documents.copies import as_text, copy_of
from eservice_intake.documents.pdf import Document, DocumentNotMade, Part, Typesetter
from eservice_intake.identities.numbers import Seal
from eservice_intake.settings import IntakeSettings
from shared.events import Language
from testkit.waiting import until
from typesetter import app

from .pdfs import words_of

VALIDATE = Path(__file__).parents[3] / "tests/verapdf/validate"
SITE_PLAN = "6c3f6a4e-7c0b-4c39-9d6d-0d4f3d2b1a00"
ANSWERS = {
    "applicant_name": "Anna Andersson",
    "applicant_personnr": Seal(IntakeSettings(service="eservice-intake")).sealed("198501019802"),
    "applicant_email": "anna@exempel.se",
    "applicant_phone": "+46701740605",
    "applicant_address": {"street": "Storgatan 1", "postal_code": "83130", "city": "Östersund"},
    "property_designation": "Östersund Odensala 1:23",
    "heat_source": "berg",
    "water_protection_area": False,
    "power_output_kw": 8.5,
    "boreholes": [{"name": "Norra", "length_m": 1180}, {"name": "Södra", "length_m": 90}],
    "site_plan": SITE_PLAN,
}
CASE = Case(
    reference="K7MP-2XWB",
    diary_series="MH-2026",
    diary_number=123,
    kind="anmalan",
    eservice="varmepump",
    language=Language.SWEDISH,
    answers=ANSWERS,
    received_at=datetime(2026, 11, 25, 23, 30, tzinfo=UTC),
)
COPY = copy_of(CASE, {SITE_PLAN: "situationsplan.pdf"})
as_pdf = Typesetter(None).as_pdf
MARKUP = '#import "x": y *fet* _kursiv_ $x^2$ = Rubrik @nyckel <etikett> `kod` // kommentar \\ #read("x")'


def saying(text: str) -> Document:
    part = Part("Rubrik", [text], [ReadAnswer("x", "Fråga", text)])
    return Document("Titel", Language.SWEDISH, date(2026, 11, 26), "MH-2026-000001", [], [part])


def fonts_of(content: bytes) -> set[str]:
    pages = pypdf.PdfReader(io.BytesIO(content)).pages
    return {font["/BaseFont"] for page in pages for font in page["/Resources"]["/Font"].values()}


@pytest.mark.verapdf
async def test_a_document_is_pdf_a_2a_and_pdf_ua_1(tmp_path):
    odd = "你好 🎉 العربية Привет x\u030c\u0323 กรุงเทพ नमस्ते \u05d1 " + "x" * 2000
    documents = [COPY, copy_of(CASE, {}, Language.ENGLISH), saying(odd), saying(MARKUP)]
    for number, document in enumerate(documents):
        (tmp_path / f"{number}.pdf").write_bytes(await as_pdf(document))

    validator = await create_subprocess_exec(VALIDATE, *tmp_path.iterdir(), stdout=PIPE)
    broken_rules, _ = await validator.communicate()

    assert (validator.returncode, broken_rules.decode()) == (0, "")


async def test_the_marks_of_both_are_there():
    content = await as_pdf(COPY)

    metadata = pypdf.PdfReader(io.BytesIO(content))
    xmp = metadata.trailer["/Root"]["/Metadata"].get_data().decode()
    assert re.search(r"pdfaid:part>2<.*pdfaid:conformance>A<", xmp)
    assert "pdfuaid:part>1<" in xmp
    assert metadata.trailer["/Root"]["/Lang"] == "sv-SE"
    assert metadata.metadata.title == "Kopia av det du skickade in"


async def test_a_copy_says_what_was_asked_and_answered():
    words = words_of(await as_pdf(COPY))

    assert "Referens K7MP-2XWB Diarienummer MH-2026-000123 Inkom 2026-11-26 00:30" in words
    assert "Svar kan väntas senast 2027-" in words
    assert "Namn Anna Andersson" in words
    assert "Postadress Storgatan 1 83130 Östersund" in words
    assert "situationsplan.pdf" in words
    assert "1 180" in words
    assert "□" not in words
    assert "8,5" in words
    assert "Nej" in words
    assert "K7MP-2XWB 1 (" in words


async def test_a_copy_is_in_the_language_of_the_applicant():
    words = words_of(await as_pdf(copy_of(CASE, {}, Language.ENGLISH)))

    assert words.startswith("Copy of what you sent in")
    assert "Attached file" in words
    assert "1,180" in words
    assert "Not answered" in words


def test_a_question_that_was_not_asked_is_left_out_and_an_unanswered_one_is_shown():
    asked = {answer.field: answer.answer for part in COPY.parts for answer in part.answers}

    assert asked["manufacturer"] is None
    assert "collector_length_m" not in asked
    assert "Inte besvarat" in as_text(COPY)


def test_a_personal_identity_number_is_not_in_a_copy():
    assert "Personnummer: ••••••-••••" in as_text(COPY)
    assert "9802" not in as_text(COPY)


async def test_what_people_write_is_never_markup():
    words = words_of(await as_pdf(saying(MARKUP)))

    assert words.count(MARKUP) == 2


async def test_a_character_without_a_glyph_is_shown_as_a_square_and_explained():
    words = words_of(await as_pdf(saying("Hej 你 då")))

    assert "Hej □ då" in words
    assert "□ står för ett tecken" in words


async def test_an_answer_with_characters_that_are_not_shown_says_where_to_read_it_and_no_other_does():
    answers = [ReadAnswer("x", "Namn", "你好"), ReadAnswer("y", "Ort", "Östersund")]
    document = replace(COPY, parts=[Part("Rubrik", answers=answers)])

    words = words_of(await as_pdf(document))

    assert "Namn □□ Här finns tecken (□) som dokumentet inte kan visa." in words
    assert "Läs hela texten på ärendets statussida. Ort Östersund" in words
    assert words.count("Här finns tecken") == 1


async def test_a_square_that_somebody_wrote_is_not_taken_for_what_is_not_shown():
    assert "Här finns tecken" not in words_of(await as_pdf(saying("□ ruta")))


@pytest.mark.parametrize(
    ("text", "font"),
    [("กรุงเทพมหานคร", "NotoSansThai"), ("नमस्ते", "NotoSansDevanagari"), ("العربية پارسی", "NotoSansArabic")],
    ids=["Thai", "Devanagari", "Arabic"],
)
async def test_a_script_of_many_who_live_here_is_shown_as_it_was_written(text, font):
    content = await as_pdf(saying(text))

    assert "□" not in words_of(content)
    assert any(font in name for name in fonts_of(content))


async def test_every_character_that_is_said_to_have_a_glyph_has_one():
    ends = [part.partition("-") for part in app.PROGRAM.with_name("characters.txt").read_text().split()]
    all_of_them = [chr(n) for a, _, b in ends for n in range(int(a, 16), int(b or a, 16) + 1)]
    lines = "\n".join("x " + " ".join(all_of_them[n : n + 50]) for n in range(0, len(all_of_them), 50))

    words = words_of(await as_pdf(saying(lines)))

    assert "□ står för" not in words


async def test_the_same_document_is_the_same_bytes():
    assert await as_pdf(COPY) == await as_pdf(COPY)


async def test_a_word_wider_than_the_page_is_broken():
    words = words_of(await as_pdf(saying("x" * 300)))

    assert words.replace(" ", "").count("x") >= 600


async def test_the_longest_answers_are_set():
    long = ReadAnswer("x", "Fråga", "ord " * 2500)

    content = await as_pdf(replace(COPY, parts=[Part("Rubrik", answers=[long] * 50)]))

    assert len(pypdf.PdfReader(io.BytesIO(content)).pages) > 50


async def test_a_document_that_takes_too_long_is_stopped(monkeypatch, tmp_path):
    stuck = tmp_path / "stuck.py"
    stuck.write_text("import time\ntime.sleep(600)\n")
    monkeypatch.setattr(app, "PROGRAM", stuck)
    monkeypatch.setattr(app, "LONGEST_SECONDS", 0.1)

    with pytest.raises(DocumentNotMade):
        await as_pdf(COPY)


async def test_a_document_that_takes_too_much_memory_is_stopped():
    with pytest.raises(DocumentNotMade):
        await as_pdf(saying("ord " * 400_000))


async def test_the_typesetter_may_be_behind_a_socket(tmp_path):
    path = tmp_path / "socket"
    process = await create_subprocess_exec(sys.executable, "-m", "uvicorn", "typesetter.app:api", "--uds", path)
    try:
        await until(path.exists, 60)

        content = await Typesetter(path).as_pdf(COPY)
    finally:
        process.terminate()
        await process.wait()

    assert content == await as_pdf(COPY)


async def test_no_document_is_made_while_the_typesetter_is_away(tmp_path):
    with pytest.raises(DocumentNotMade):
        await Typesetter(tmp_path / "nobody").as_pdf(COPY)
