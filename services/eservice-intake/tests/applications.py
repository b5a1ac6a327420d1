"""An application as somebody sends it in, its files, and the events about it, for tests."""

from uuid import UUID


def application(answers, eservice="klagomal-olagenhet", language="sv"):
    return {"eservice": eservice, "language": language, "answers": answers}


async def events_about(published, response):
    about = UUID(response.json()["id"])
    return [event for event in await published.fetch() if event.application_id == about]
