"""Keys of identity numbers are changed while everything goes on."""

from uuid import UUID

import pytest
from cryptography.fernet import Fernet

from eservice_intake.cases.models import Case
from eservice_intake.catalogue.eservices import catalogue
from eservice_intake.drafts.models import Draft
from eservice_intake.identities.models import CasePerson
from eservice_intake.identities.numbers import Seal
from eservice_intake.people import resealing
from testkit.issuer import KARIN

from .cases import COMPOST

NEW = Fernet.generate_key().decode()
FORM = catalogue().find("kompostering").form


def seal_with(app, keys: str) -> Seal:
    return Seal(app.state.settings.model_copy(update={"identity_keys": type(app.state.settings.identity_keys)(keys)}))


@pytest.fixture
def two_at_once(monkeypatch):
    monkeypatch.setattr(resealing, "AT_ONCE", 2)


async def test_with_the_newest_key_alone_everything_that_is_kept_can_be_read(
    app, client, database, resident, two_at_once
):
    body = {"eservice": "kompostering", "language": "sv", "answers": COMPOST}
    receipts = [(await client.post("/applications", json=body, headers=resident())).json() for _ in range(5)]
    answers = {"applicant_personnr": "811218-9876"}
    draft = (await client.post("/drafts", json={**body, "answers": answers})).json()
    old = app.state.settings.identity_keys.get_secret_value()

    count = await resealing.reseal_all(database, seal_with(app, f"{NEW},{old}"), "eva")

    newest = seal_with(app, NEW)
    async with database.reading() as session:
        cases = [await session.get(Case, UUID(receipt["id"])) for receipt in receipts]
        people = [await session.get(CasePerson, (case.id, newest.hash_of(KARIN))) for case in cases]
        kept = await session.get(Draft, UUID(draft["id"]))
    assert count >= 11
    assert {newest.opened_answers(FORM, case.answers)["applicant_personnr"] for case in cases} == {KARIN}
    assert {newest.opened(person.number) for person in people} == {KARIN}
    assert newest.opened_answers(FORM, kept.answers) == answers
