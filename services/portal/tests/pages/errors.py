"""What is shown where a service is away, refuses what no page foresees, or answers something else than it says."""

STEP = {"form": {"place": "Å & <b>", "description": "Två rader\noch en till"}, "in_trouble": True}

ROWS = [
    *(
        {"name": f"fel-{status}", "at": f"/e-tjanster/{status}", "status": status, "in_trouble": True}
        for status in (403, 409, 410, 412, 413, 429, 503)
    ),
    {"name": "fel-500", "at": "/e-tjanster/200", "status": 500, "in_trouble": True},
    {"name": "skicka-igen", "at": "/e-tjanster/503/utkast/nytt/nuisance", "status": 503, **STEP},
    {"name": "for-manga-forsok", "at": "/e-tjanster/429/utkast/nytt/nuisance", "status": 429, **STEP},
    {"name": "ingen-inloggning", "at": "/logga-in", "status": 503, "in_trouble": True},
]
