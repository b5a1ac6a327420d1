"""Somebody else's address is corrected: what they have not been served is sent there."""

from datetime import datetime
from uuid import UUID

import pytest
from sqlmodel import col, select

from shared.clock import SWEDEN
from shared.contacts import Contact
from shared.events import PartyNotified

from ..cases import secret_of, shown, take
from ..decisions import APPEAL, CONTENT, NEIGHBOUR, clock_strikes, decisions_of

RIGHT = "nils.granne@exempel.se"
DECEMBER = datetime(2026, 12, 1, 9, 0, tzinfo=SWEDEN)
LATE = datetime(2026, 12, 23, 9, 0, tzinfo=SWEDEN)


@pytest.fixture
async def party(client, anna, served):
    """A neighbour who has been written to."""
    return (await take(client, anna, served, "decisions/1/parties", NEIGHBOUR)).json()


@pytest.fixture
def correct(client, anna):
    async def corrected(receipt, party_id):
        return await take(client, anna, receipt, "corrected-address", {"party_id": party_id, "email": RIGHT})

    return corrected


@pytest.fixture
def link(internal_client, staff, published):
    """Where the latest mail to somebody else goes, and the path and headers of its link."""

    async def latest():
        *_, event = [one for one in await published.fetch() if isinstance(one, PartyNotified)]
        asked = {"contacts": [str(event.party_contact_id)], "texts": [str(event.party_id)]}
        found = (await internal_client.post("/contacts/lookup", json=asked, headers=staff("contact-reader"))).json()
        secret = found["texts"][str(event.party_id)]["link"].rpartition("/")[2]
        [contact] = found["contacts"].values()
        return contact["email"], f"/decision-parties/{event.party_id}", {"X-Application-Secret": secret}

    return latest


async def test_who_was_not_reached_is_sent_the_decision_at_the_right_address(
    fail, client, anna, served, party, correct, link
):
    await fail(served, PartyNotified)

    answer = await correct(served, party["id"])

    email, path, headers = await link()
    [neighbour] = (await decisions_of(client, anna, served))[0]["parties"]
    assert (answer.status_code, email, neighbour["unreached_at"]) == (200, RIGHT, None)
    assert (await client.get(path, headers=headers)).status_code == 200


async def test_nothing_waits_for_the_earlier_address(client, anna, served, party, correct, link, clock, database):
    await correct(served, party["id"])
    clock.at = DECEMBER
    _, path, headers = await link()
    await client.post(f"{path}/receipt", headers=headers)

    await clock_strikes(database, datetime(2026, 12, 23, 8, 0, tzinfo=SWEDEN))

    assert (await shown(client, anna, served))["status"] == "final"


async def test_the_link_to_the_earlier_address_opens_nothing_and_who_opened_it_was_told_nothing(
    client, anna, served, neighbour, correct
):
    await client.get(neighbour[0], headers=neighbour[1])
    before = (await decisions_of(client, anna, served))[0]["parties"][0]

    await correct(served, before["id"])

    [party] = (await decisions_of(client, anna, served))[0]["parties"]
    assert (await client.get(neighbour[0], headers=neighbour[1])).status_code == 404
    known = [(one["told_of_service"], one["opened_at"] is not None) for one in (before, party)]
    assert known == [(True, True), (False, False)]


async def test_a_failed_mail_to_the_earlier_address_changes_nothing_of_the_new(
    fail, client, anna, served, party, correct, published
):
    first = (await published.fetch())[-1]
    await correct(served, party["id"])

    await fail(served, PartyNotified, sent=first)

    assert (await decisions_of(client, anna, served))[0]["parties"][0]["unreached_at"] is None


@pytest.fixture
async def known_link(client, anna, decided, opened, clock):
    """A neighbour has been served the decision by their link, and the applicant has not."""
    await take(client, anna, decided, "decisions/1/parties", NEIGHBOUR)
    link = await opened()
    clock.at = DECEMBER
    await client.post(f"{link[0]}/receipt", headers=link[1])
    return link


@pytest.fixture
async def dismissed(client, anna, decided, known_link, clock):
    """The neighbour has appealed too late, and is to be served that."""
    clock.at = LATE
    await client.post(f"{known_link[0]}/appeals", json=APPEAL, headers=known_link[1])
    await take(client, anna, decided, "appeals/dismissal", {})
    return decided


async def test_what_the_same_person_has_been_served_is_not_sent_anew(
    client, dismissed, known_link, opened, correct, published
):
    before = len(await published.fetch())

    await correct(dismissed, (await opened())[0].rpartition("/")[2])

    assert len(await published.fetch()) == before + 1
    assert (await client.get(known_link[0], headers=known_link[1])).status_code == 200


async def test_all_that_the_same_person_waits_for_is_sent_anew(client, anna, dismissed, opened, correct, published):
    await take(client, anna, dismissed, "decision-changes", {"decision": CONTENT})
    before = len(await published.fetch())

    await correct(dismissed, (await opened())[0].rpartition("/")[2])

    sent = [one.party_id for one in (await published.fetch())[before:]]
    waiting = [UUID(one["parties"][0]["id"]) for one in (await decisions_of(client, anna, dismissed))[1:]]
    assert (len(waiting), sent) == (2, waiting)


async def test_who_was_to_be_served_on_paper_is_given_an_address(client, anna, served, correct, link):
    on_paper = (await take(client, anna, served, "decisions/1/parties", {"name": "Nils Granne"})).json()

    await correct(served, on_paper["id"])

    assert (await link())[0] == RIGHT


async def test_the_wrong_address_is_kept_nowhere(served, party, correct, database):
    await correct(served, party["id"])

    async with database.reading() as session:
        kept = await session.exec(select(Contact.id).where(col(Contact.email) == NEIGHBOUR["email"]))
        assert kept.first() is None


async def test_an_address_is_not_corrected_of_who_is_served_or_in_a_confidential_case(
    client, staff, served, neighbour, correct
):
    id_ = neighbour[0].rpartition("/")[2]
    head = staff("unit-head", subject="anna", units=["halsoskydd"])
    await take(client, head, served, "secrecy", {"confidential": True})
    secret = await take(client, head, served, "corrected-address", {"party_id": id_, "email": RIGHT})
    await take(client, head, served, "secrecy", {"confidential": False})
    await client.post(f"{neighbour[0]}/receipt", headers=neighbour[1])
    known = await correct(served, id_)
    unknown = await correct(served, served["id"])

    codes = [answer.json()["code"] for answer in (secret, known, unknown)]
    assert codes == ["ConfidentialNotServed", "AlreadyServed", "UnknownParty"]


async def test_it_is_offered_while_somebody_else_is_to_be_served(client, anna, served, neighbour):
    before = (await shown(client, anna, served))["can"]
    await client.post(f"{neighbour[0]}/receipt", headers=neighbour[1])

    assert "correct_address" in before
    assert "correct_address" not in (await shown(client, anna, served))["can"]


async def test_the_applicant_reads_nothing_of_it(client, served, party, correct):
    await correct(served, party["id"])

    followed = await client.get(f"/applications/{served['reference']}", headers=secret_of(served))

    assert "correct_address" not in [line["what"] for line in followed.json()["progress"]["history"]]
