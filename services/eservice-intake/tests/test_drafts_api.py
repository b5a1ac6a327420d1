"""Drafts: what somebody has begun to fill in, and sends in later."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from fastapi import FastAPI

from eservice_intake.app import settings, storage
from eservice_intake.attachments.models import Attachment, AttachmentHold
from eservice_intake.attachments.purge import purge_unused
from eservice_intake.cases.models import Case
from eservice_intake.drafts.api import purge_drafts
from eservice_intake.drafts.models import Draft
from shared.clock import now

PDF = b"%PDF-1.7 a small one"
BEGUN = {"nuisance": "buller", "description": "Fläkten"}
COMPLAINT = {
    "nuisance": "buller",
    "place": "Storgatan 1, Östersund",
    "description": "Fläkten på taket låter hela natten.",
    "frequency": "ofta",
    "contacted_responsible": False,
    "anonymous": True,
}
SIGNED = {**COMPLAINT, "anonymous": False, "complainant_email": "anna@exempel.se"}


def form(answers, eservice="klagomal-olagenhet"):
    return {"eservice": eservice, "language": "sv", "answers": answers}


async def begin(client, answers, eservice="klagomal-olagenhet"):
    """The draft's address, and the headers that open it."""
    response = await client.post("/drafts", json=form(answers, eservice))
    assert response.status_code == 201, response.text
    return f"/drafts/{response.json()['id']}", {"X-Application-Secret": response.json()["secret"]}


async def send_file(client):
    response = await client.post("/attachments", files={"file": ("bild.pdf", PDF, "application/pdf")})
    return response.json()["id"]


async def number_of_cases(database):
    async with database.reading() as reading:
        return len((await (await reading.connection()).execute(sa.select(Case.id))).all())


def codes(response):
    return [(violation["field"], violation["code"]) for violation in response.json()["violations"]]


@pytest.fixture
def at(app: FastAPI):
    """Lets the API have another time: `at(days=3)` from now."""
    kept, began = app.state.clock, now()

    def change(**later):
        app.state.clock = lambda: began + timedelta(**later)

    yield change
    app.state.clock = kept


@pytest.fixture
def with_settings(app: FastAPI):
    kept = app.state.settings

    def change(**settings):
        app.state.settings = kept.model_copy(update=settings)

    yield change
    app.state.settings = kept


async def test_a_draft_is_resumed_as_it_was_written(client):
    written = {"nuisance": "buller", "description": "  Fläkten ", "anonymous": False, "complainant_email": "anna@"}

    draft, secret = await begin(client, written)

    assert (await client.get(draft, headers=secret)).json()["answers"] == written


async def test_only_what_has_been_answered_is_judged(client):
    nothing = await client.post("/drafts", json=form({}))
    begun = await client.post("/drafts", json=form(BEGUN), headers={"Accept-Language": "en"})

    assert (nothing.status_code, codes(nothing)) == (201, [])
    assert (begun.status_code, codes(begun)) == (201, [("description", "min_length")])
    assert begun.json()["violations"][0]["message"] == "Write at least 20 characters."


async def test_rows_may_be_half_filled_in(client):
    rows = {"heat_source": "berg", "boreholes": [{"name": "Norra"}, {}]}

    response = await client.post("/drafts", json=form(rows, "varmepump"))

    assert (response.status_code, codes(response)) == (201, [])


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

    assert (response.status_code, codes(response)) == (422, [code])


async def test_a_text_that_cannot_be_written_is_not_kept(client):
    body = b'{"eservice": "klagomal-olagenhet", "answers": {"complainant_email": "\\ud800"}}'

    response = await client.post("/drafts", content=body, headers={"Content-Type": "application/json"})

    assert (response.status_code, codes(response)) == (422, [("answers", "characters")])


async def test_a_draft_of_an_unknown_eservice_is_refused(client):
    response = await client.post("/drafts", json=form({}, "x"))

    assert codes(response) == [("eservice", "unknown_eservice")]


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

    assert (saved.status_code, codes(saved)) == (200, [("frequency", "option")])
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
    draft, secret = await begin(client, SIGNED)
    saved = await client.put(draft, json=form(SIGNED), headers=secret)

    assert saved.status_code == 200
    assert (await published.fetch(), await number_of_cases(database)) == (events, cases)


async def test_a_draft_is_sent_in_as_an_application(client, published):
    sent = await send_file(client)
    draft, secret = await begin(client, {**SIGNED, "diary": [sent]})

    response = await client.post(f"{draft}/submission", headers=secret)

    receipt = response.json()
    assert (response.status_code, receipt["status"], receipt["unit"]) == (201, "received", "halsoskydd")
    assert response.headers["Location"] == f"/applications/{receipt['reference']}"
    [event] = [event for event in await published.fetch() if event.application_id == UUID(receipt["id"])]
    assert event.reference == receipt["reference"]
    opened = {"X-Application-Secret": receipt["secret"]}
    assert (await client.get(f"/applications/{receipt['reference']}", headers=opened)).status_code == 200


async def test_a_draft_that_is_sent_in_is_gone(client):
    draft, secret = await begin(client, COMPLAINT)

    first = await client.post(f"{draft}/submission", headers=secret)
    second = await client.post(f"{draft}/submission", headers=secret)

    assert (first.status_code, second.status_code) == (201, 404)
    assert (await client.get(draft, headers=secret)).status_code == 404


async def test_a_draft_is_sent_in_once_with_its_key(client):
    draft, secret = await begin(client, COMPLAINT)
    key = {"Idempotency-Key": str(uuid4())}

    first = await client.post(f"{draft}/submission", headers={**secret, **key})
    second = await client.post(f"{draft}/submission", headers={**secret, **key})
    stranger = await client.post(f"{draft}/submission", headers=key)

    assert second.json() == first.json()
    assert stranger.json()["code"] == "KeyReused"


async def test_a_draft_that_is_not_done_is_refused_as_an_application_would_be(client):
    draft, secret = await begin(client, {**BEGUN, "anonymous": True})

    response = await client.post(f"{draft}/submission", headers=secret)
    directly = await client.post("/applications", json=form({**BEGUN, "anonymous": True}))

    assert (response.status_code, response.json()) == (422, directly.json())
    assert (await client.get(draft, headers=secret)).status_code == 200


async def test_one_address_cannot_be_bombed_by_drafts(client, one_mail_an_hour):
    drafts = [await begin(client, SIGNED), await begin(client, SIGNED)]

    statuses = [(await client.post(f"{draft}/submission", headers=secret)).status_code for draft, secret in drafts]

    assert statuses == [201, 429]


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
    await client.post("/applications", json=form({**COMPLAINT, "diary": [used]}))
    unknown = str(uuid4())

    response = await client.post("/drafts", json=form({"diary": [used, unknown]}))

    assert codes(response) == [("diary.0", "attachment_used"), ("diary.1", "unknown_attachment")]


async def test_files_of_drafts_count_as_long_as_they_are_kept(client, app, database, with_settings):
    sent = await client.post("/attachments", files={"file": ("a.pdf", PDF + bytes(700_000))})
    await begin(client, {"diary": [sent.json()["id"]]})
    async with database.transaction() as tx:
        long_ago = sa.update(Attachment).values(uploaded_at=now() - timedelta(days=2))
        await (await tx.connection()).execute(long_ago)
    with_settings(unused_megabytes=1)

    refused = await client.post("/attachments", files={"file": ("b.pdf", PDF + bytes(700_000))})

    assert (refused.status_code, refused.json()["code"]) == (503, "StoreFull")


async def test_a_client_begins_so_many_drafts_an_hour(client_at, with_settings):
    with_settings(draft_limit="2/hour")
    one, other = client_at("203.0.113.7"), client_at("203.0.113.8")

    statuses = [(await client.post("/drafts", json=form(BEGUN))).status_code for client in (one, one, one, other)]

    assert statuses == [201, 201, 429, 201]


async def test_drafts_do_not_fill_the_database(client, database, with_settings):
    await begin(client, BEGUN)
    async with database.transaction() as tx:
        await (await tx.connection()).execute(sa.update(Draft).values(size=1024 * 1024))
    with_settings(draft_megabytes=1)

    refused = await client.post("/drafts", json=form(BEGUN))

    assert (refused.status_code, refused.json()["code"]) == (503, "DraftsFull")


async def test_a_draft_that_grows_does_not_fill_the_database_either(client, database, with_settings):
    draft, secret = await begin(client, BEGUN)
    async with database.transaction() as tx:
        await (await tx.connection()).execute(sa.update(Draft).values(size=1024 * 1024))
    small, small_secret = await begin(client, BEGUN)
    with_settings(draft_megabytes=1)

    grown = await client.put(small, json=form({"description": "a" * 1_000}), headers=small_secret)
    shrunk = await client.put(draft, json=form(BEGUN), headers=secret)

    assert (grown.status_code, grown.json()["code"], shrunk.status_code) == (503, "DraftsFull", 200)


async def test_a_draft_is_not_larger_than_a_form(client):
    response = await client.post("/drafts", json=form({"description": "a" * 300_000}))

    assert response.status_code == 413


async def test_a_draft_whose_eservice_is_gone_still_shows_what_was_written(client, database):
    draft, secret = await begin(client, BEGUN)
    async with database.transaction() as tx:
        await (await tx.connection()).execute(sa.update(Draft).values(eservice="gone"))

    response = await client.get(draft, headers=secret)

    assert (response.json()["answers"], codes(response)) == (BEGUN, [("eservice", "unknown_eservice")])


async def test_an_answer_that_is_given_again_says_its_language(client):
    form = {"eservice": "klagomal-olagenhet", "language": "sv", "answers": {}}
    key = {"Idempotency-Key": "a key of this test", "Accept-Language": "en"}

    answers = [await client.post("/drafts", json=form, headers=key) for _ in range(2)]

    assert [answer.headers["Content-Language"] for answer in answers] == ["en", "en"]
    assert answers[1].headers["Idempotency-Replayed"] == "true"
