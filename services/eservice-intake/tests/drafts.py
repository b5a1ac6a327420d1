"""What somebody has begun to fill in, for tests."""

from .cases import secret_of

BEGUN = {"nuisance": "buller", "description": "Fläkten"}


def form(answers, eservice="klagomal-olagenhet"):
    return {"eservice": eservice, "language": "sv", "answers": answers}


async def begin(client, answers, eservice="klagomal-olagenhet"):
    """The draft's address, and the headers that open it."""
    response = await client.post("/drafts", json=form(answers, eservice))
    assert response.status_code == 201, response.text
    return f"/drafts/{response.json()['id']}", secret_of(response.json())
