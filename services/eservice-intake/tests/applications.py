"""An application as somebody sends it in, its files, and the events about it, for tests."""

from uuid import UUID

PDF = b"%PDF-1.7 a small one"


def application(answers, eservice="klagomal-olagenhet", language="sv"):
    return {"eservice": eservice, "language": language, "answers": answers}


async def send_file(client):
    response = await client.post("/attachments", files={"file": ("bild.pdf", PDF, "application/pdf")})
    return response.json()["id"]


async def events_about(published, response):
    about = UUID(response.json()["id"])
    return [event for event in await published.fetch() if event.application_id == about]
