"""PDFs come from a container that reaches nobody."""

import json

from deploy import submissions
from deploy.compose.stack import TYPESETTER
from tests.containers.checks.machine import apis, containers, docker, public_client, require


def require_alone() -> None:
    """It has no network, no secret, and is told nothing that its image does not say."""
    [container] = containers(TYPESETTER)
    image = json.loads(docker("image", "inspect", container["Config"]["Image"]))[0]
    require(list(container["NetworkSettings"]["Networks"]) == ["none"], "the typesetter is on a network")
    mounted = [mount["Destination"] for mount in container["Mounts"]]
    require(mounted == ["/run/typesetter"], f"the typesetter has {mounted}")
    told = set(container["Config"]["Env"]) - set(image["Config"]["Env"])
    require(not told, f"the typesetter is told {told}")


async def require_pdf() -> None:
    async with public_client() as http:
        submission = await submissions.application(http, apis(), {})
        receipt = (await http.post(submission.url, json=submission.form)).raise_for_status().json()
        copy = await http.get(
            f"{apis().intake}/applications/{receipt['reference']}/copy",
            headers={"X-Application-Secret": receipt["secret"]},
        )
    require(copy.content.startswith(b"%PDF-"), f"a copy was answered with {copy.status_code}: {copy.text[:200]}")
