"""A decision is read, received and appealed, by the applicant and by others; others give their opinion."""

from tests.system import System

from .cases import Casework, opened
from .visitors import Visitor


async def test_a_decision_is_received_and_appealed(visitor: Visitor, casework: Casework):
    applicant = await casework.decided()
    await opened(visitor, applicant)
    base = f"/arenden/{applicant.reference}"

    decision = await visitor.get(f"{base}/beslut")
    received = await visitor.follow(await visitor.post(f"{base}/beslut/mottaget"))
    again = await visitor.follow(await visitor.post(f"{base}/beslut/mottaget"))
    appealed = await visitor.follow(await visitor.post(f"{base}/beslut/overklaga", {"text": "Avgiften är för hög."}))

    assert "Kylrummet ska hålla högst 8 grader." in decision.text
    assert "Jag har tagit del av beslutet" not in received.text
    assert again.status_code == 200
    assert "Ditt överklagande har kommit in i tid." in appealed.text
    assert (await applicant.look())["status"] == "appealed"


async def test_a_decision_and_the_copy_are_fetched_as_files(visitor: Visitor, casework: Casework):
    applicant = await casework.decided()
    await opened(visitor, applicant)

    for part in ("beslut/pdf", "kopia"):
        file = await visitor.get(f"/arenden/{applicant.reference}/{part}")
        assert file.content.startswith(b"%PDF-")
        assert file.headers["content-disposition"].startswith("attachment")


async def test_another_party_answers_by_the_link_whose_secret_leaves_the_address(visitor: Visitor, casework: Casework):
    link = await casework.referred()
    path, _, secret = link.rpartition("/")

    page = await visitor.follow(await visitor.get(link))
    await visitor.post(path, {"text": "Vi har inget att invända."})
    afterwards = await visitor.get(path)

    assert str(page.url).endswith(path)
    assert secret not in page.text
    assert "Vi har inget att invända." in afterwards.text
    assert "<textarea" not in afterwards.text


async def test_a_neighbour_receives_and_appeals_the_decision_by_the_link(visitor: Visitor, casework: Casework):
    link = await casework.served_on_a_neighbour()
    path, _, secret = link.rpartition("/")

    page = await visitor.follow(await visitor.get(link))
    received = await visitor.follow(await visitor.post(f"{path}/mottaget"))
    appealed = await visitor.follow(await visitor.post(f"{path}/overklaga", {"text": "Fläkten stör oss."}))

    assert str(page.url).endswith(path)
    assert secret not in page.text
    assert "Jag har tagit del av beslutet" in page.text
    assert "Sista dag att överklaga" in received.text
    assert "Vill du överklaga ska vi ha fått överklagandet senast" in received.text
    assert "Ditt överklagande har kommit in i tid." in appealed.text
    assert "Vill du överklaga ska vi ha fått överklagandet senast" not in appealed.text


async def test_links_in_mails_to_other_parties_lead_to_pages(system: System, portal: str, casework: Casework):
    assert system.environment["RESIDENT_PAGES"] == portal
    assert (await casework.referred()).startswith("/remisser/")
    assert (await casework.served_on_a_neighbour()).startswith("/beslut/")
