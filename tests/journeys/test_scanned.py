"""Files are scanned by the process for it before anybody fetches them."""

import httpx
import pytest

from deploy.casework import Clerk, send_in
from deploy.procfile import ISSUER
from deploy.submissions import complaint
from testkit.clamd import MALWARE, serving_clamd
from testkit.waiting import until
from tests.system import PATIENCE_SECONDS, prepared

from .applicants import somebody

SCANNER = "eservice-intake-scanner"
RUNNING = (ISSUER, "eservice-intake-api", SCANNER)
DIARY = b"%PDF-1.7 a diary of the noise"


@pytest.fixture(scope="module")
def system(tmp_path_factory):
    """What receives files and scans them."""
    with serving_clamd() as url, prepared(tmp_path_factory.mktemp("scanned"), CLAMAV_URL=url) as system:
        system.start(*RUNNING)
        system.wait_until_ready(*RUNNING)
        yield system
        system.stop()


async def sent_with(system, http, content: bytes):
    """Somebody who complains with a file that has not been scanned yet, and the file's id."""
    with system.processes.frozen(SCANNER):
        return await _sent_with(system, http, content)


async def _sent_with(system, http, content: bytes):
    upload = await http.post(f"{system.apis.intake}/attachments", files={"file": ("dagbok.pdf", content)})
    attachment_id = upload.raise_for_status().json()["id"]
    form = complaint(somebody("klagande"))
    applicant = await send_in(http, system.apis, form["eservice"], {**form["answers"], "diary": [attachment_id]})
    return applicant, attachment_id


async def fetched(clerk: Clerk, applicant, attachment_id: str) -> httpx.Response:
    """What the clerk is answered once the file has been scanned."""
    answers: list[httpx.Response] = []

    async def is_scanned() -> bool:
        url = f"{clerk.apis.intake}/cases/{applicant.reference}/attachments/{attachment_id}"
        answers.append(await clerk.http.get(url, headers=clerk.headers))
        return "NotScannedYet" not in answers[-1].text

    await until(is_scanned, PATIENCE_SECONDS)
    return answers[-1]


async def test_a_file_is_fetched_by_staff_once_it_has_been_scanned(system, http, anna):
    applicant, attachment_id = await sent_with(system, http, DIARY)

    answer = await fetched(anna, applicant, attachment_id)

    assert (answer.status_code, answer.content) == (200, DIARY)
    assert answer.headers["x-malware-scan"] == "clean"


async def test_a_file_with_malware_reaches_nobody_and_its_sender_is_told_what_to_mend(system, http, anna):
    applicant, attachment_id = await sent_with(system, http, DIARY + MALWARE)

    answer = await fetched(anna, applicant, attachment_id)
    [file] = await applicant.look("/attachments")
    again = await http.post(f"{system.apis.intake}/attachments", files={"file": ("igen.pdf", DIARY + MALWARE)})

    assert (answer.status_code, answer.json()["code"]) == (409, "HasMalware")
    assert file["scan"] == "infected"
    assert again.status_code == 415
