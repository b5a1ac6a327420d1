"""Drafts: what somebody has begun to fill in, how it is judged, and how long it and its files are kept."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from eservice_intake.app import settings, storage
from eservice_intake.attachments.models import Attachment, AttachmentHold
from eservice_intake.attachments.purge import purge_unused
from eservice_intake.cases.models import Case
from eservice_intake.drafts.api import purge_drafts
from eservice_intake.drafts.models import Draft
from shared.clock import now
from testkit.forms import codes

from .cases import ANONYMOUS, COMPLAINT
from .drafts import BEGUN, begin, form
from .files import send_file


async def number_of_cases(database):
    async with database.reading() as reading:
        return len((await (await reading.connection()).execute(sa.select(Case.id))).all())


async def test_a_draft_is_resumed_as_it_was_written(client):
    written = {"nuisance": "buller", "description": "  Fläkten ", "anonymous": False, "complainant_email": "anna@"}

    draft, secret = await begin(client, written)

    assert (await client.get(draft, headers=secret)).json()["answers"] == written


async def test_only_what_has_been_answered_is_judged(client):
    nothing = await client.post("/drafts", json=form({}))
    begun = await client.post("/drafts", json=form(BEGUN), headers={"Accept-Language": "en"})

    assert (nothing.status_code, codes(nothing)) == (201, set())
    assert (begun.status_code, codes(begun)) == (201, {("description", "min_length")})
    assert begun.json()["violations"][0]["message"] == "Write at least 20 characters."


async def test_rows_may_be_half_filled_in(client):
    rows = {"heat_source": "berg", "boreholes": [{"name": "Norra"}, {}]}

    response = await client.post("/drafts", json=form(rows, "varmepump"))

    assert (response.status_code, codes(response)) == (201, set())


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        ({"weather": "rain"}, ("weather", "unknown_field")),
        ({"description": ["a", "list"]}, ("description", "type")),
        ({"anonymous": "yes"}, ("anonymous", "type")),
        ({"description": "a" * 20_000}, ("description", "max_length")),
        ({"diary": [str(uuid4())] * 30}, ("diary", "max_count")),
    ],
)
async def test_what_no_form_of_the_eservice_would_send_is_not_kept(client, answers, code):
    response = await client.post("/drafts", json=form(answers))

    assert (response.status_code, codes(response)) == (422, {code})


async def test_a_text_that_cannot_be_written_is_not_kept(client):
    body = b'{"eservice": "klagomal-olagenhet", "answers": {"complainant_email": "\\ud800"}}'

    response = await client.post("/drafts", content=body, headers={"Content-Type": "application/json"})

    assert (response.status_code, codes(response)) == (422, {("answers", "characters")})


async def test_a_draft_of_an_unknown_eservice_is_refused(client):
    response = await client.post("/drafts", json=form({}, "x"))

    assert codes(response) == {("eservice", "unknown_eservice")}


async def test_without_the_secret_a_draft_is_not_found(client):
    draft, secret = await begin(client, BEGUN)
    _, others_secret = await begin(client, BEGUN)

    for headers in ({}, others_secret, {"X-Application-Secret": "å".encode()}):
        answers = [
            await client.get(draft, headers=headers),
            await client.put(draft, json=form(BEGUN), headers=headers),
            await client.post(f"{draft}/submission", headers=headers),
            await client.delete(draft, headers=headers),
        ]

        assert {(answer.status_code, answer.json()["code"]) for answer in answers} == {(404, "UnknownDraft")}
    assert (await client.get(draft, headers=secret)).status_code == 200


async def test_the_secret_of_a_draft_is_stored_as_a_hash(client, database):
    draft, secret = await begin(client, BEGUN)

    async with database.reading() as reading:
        saved = await reading.get(Draft, UUID(draft.rpartition("/")[2]))
    assert secret["X-Application-Secret"] not in saved.model_dump_json()


async def test_saving_replaces_the_draft(client):
    draft, secret = await begin(client, BEGUN)

    saved = await client.put(draft, json=form({"nuisance": "lukt", "frequency": "aldrig"}), headers=secret)

    assert (saved.status_code, codes(saved)) == (200, {("frequency", "option")})
    resumed = (await client.get(draft, headers=secret)).json()
    assert resumed["answers"] == {"nuisance": "lukt", "frequency": "aldrig"}
    assert [one["code"] for one in resumed["violations"]] == ["option"]


async def test_a_draft_that_is_deleted_is_gone(client, database):
    draft, secret = await begin(client, {"diary": [await send_file(client)]})

    assert (await client.delete(draft, headers=secret)).status_code == 204
    assert (await client.get(draft, headers=secret)).status_code == 404
    async with database.reading() as reading:
        held = await (await reading.connection()).execute(sa.select(AttachmentHold.draft_id))
    assert UUID(draft.rpartition("/")[2]) not in held.scalars().all()


async def test_a_draft_is_not_received_and_tells_nobody(client, published, database):
    events, cases = list(await published.fetch()), await number_of_cases(database)
    draft, secret = await begin(client, COMPLAINT)
    saved = await client.put(draft, json=form(COMPLAINT), headers=secret)

    assert saved.status_code == 200
    assert (await published.fetch(), await number_of_cases(database)) == (events, cases)


async def test_a_draft_lasts_14_days_from_when_it_was_last_saved(client, at):
    draft, secret = await begin(client, BEGUN)
    at(days=13)
    await client.put(draft, json=form(BEGUN), headers=secret)

    at(days=26)
    still_there = await client.get(draft, headers=secret)
    at(days=28)
    gone = await client.get(draft, headers=secret)

    assert (still_there.status_code, gone.status_code) == (200, 404)


async def test_drafts_whose_time_is_over_are_deleted_with_their_hold_on_files(client, database):
    old, _ = await begin(client, {"diary": [await send_file(client)]})
    new, _ = await begin(client, {"diary": [await send_file(client)]})
    old_id, new_id = (UUID(draft.rpartition("/")[2]) for draft in (old, new))
    async with database.transaction() as tx:
        over = sa.update(Draft).where(Draft.id == old_id).values(expires_at=now() - timedelta(seconds=1))
        await (await tx.connection()).execute(over)

    await purge_drafts(database, settings)

    async with database.reading() as reading:
        connection = await reading.connection()
        drafts = set((await connection.execute(sa.select(Draft.id))).scalars())
        held = set((await connection.execute(sa.select(AttachmentHold.draft_id))).scalars())
    assert (drafts & {old_id, new_id}, held & {old_id, new_id}) == ({new_id}, {new_id})


async def test_a_draft_keeps_its_files(client, database):
    named, let_go, other = [await send_file(client) for _ in range(3)]
    draft, secret = await begin(client, {"diary": [named, let_go]})
    await client.put(draft, json=form({"diary": [named]}), headers=secret)
    async with database.transaction() as tx:
        long_ago = sa.update(Attachment).values(uploaded_at=now() - timedelta(days=2))
        await (await tx.connection()).execute(long_ago)

    await purge_unused(storage, database, settings)

    async with database.reading() as reading:
        left = set(map(str, (await (await reading.connection()).execute(sa.select(Attachment.id))).scalars()))
    assert left & {named, let_go, other} == {named}


async def test_a_draft_says_which_of_its_files_cannot_be_sent(client):
    used = await send_file(client)
    await client.post("/applications", json=form({**ANONYMOUS, "diary": [used]}))
    unknown = str(uuid4())

    response = await client.post("/drafts", json=form({"diary": [used, unknown]}))

    assert codes(response) == {("diary.0", "attachment_used"), ("diary.1", "unknown_attachment")}


async def test_a_draft_whose_eservice_is_gone_still_shows_what_was_written(client, database):
    draft, secret = await begin(client, BEGUN)
    async with database.transaction() as tx:
        await (await tx.connection()).execute(sa.update(Draft).values(eservice="gone"))

    response = await client.get(draft, headers=secret)

    assert (response.json()["answers"], codes(response)) == (BEGUN, {("eservice", "unknown_eservice")})


async def test_an_answer_that_is_given_again_says_its_language(client):
    form = {"eservice": "klagomal-olagenhet", "language": "sv", "answers": {}}
    key = {"Idempotency-Key": "a key of this test", "Accept-Language": "en"}

    answers = [await client.post("/drafts", json=form, headers=key) for _ in range(2)]

    assert [answer.headers["Content-Language"] for answer in answers] == ["en", "en"]
    assert answers[1].headers["Idempotency-Replayed"] == "true"


async def test_a_draft_tells_of_the_files_that_it_names(client):
    diary = await send_file(client)
    draft, secret = await begin(client, {**BEGUN, "diary": [diary, str(uuid4())]})

    (file,) = (await client.get(draft, headers=secret)).json()["attachments"]

    told = [file[name] for name in ("id", "question", "filename", "scan")]
    assert told == [diary, "diary.0", "ritning.pdf", "not_scanned"]


async def test_a_draft_tells_nothing_of_a_file_that_a_case_has(client):
    diary = await send_file(client)
    draft, secret = await begin(client, {**BEGUN, "diary": [diary]})
    await client.post("/applications", json=form({**COMPLAINT, "diary": [diary]}))

    shown = (await client.get(draft, headers=secret)).json()

    assert shown["attachments"] == []
