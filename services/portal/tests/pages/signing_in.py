"""What is shown around a sign-in."""

ROWS = [
    {"name": "inloggningen-blev-inte-klar", "at": "/oidc/svar?state=annan", "status": 400},
    {"name": "start-inloggad", "at": "/", "who": "karin ek"},
    {
        "name": "utloggad-under-tiden",
        "at": "/handlaggare/installningar/farger",
        "status": 401,
        "form": {"farger": "dark", "anteckning": "Två rader\nmed <tecken> & annat"},
    },
]
