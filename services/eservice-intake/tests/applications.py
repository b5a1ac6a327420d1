"""An application as somebody sends it in, its files, and the events about it, for tests."""


def application(answers, eservice="klagomal-olagenhet", language="sv"):
    return {"eservice": eservice, "language": language, "answers": answers}


async def events_about(published, response):
    return await published.about(response.json()["id"])
