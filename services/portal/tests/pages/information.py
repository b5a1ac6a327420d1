"""The start page, what everybody may want to know, and pages that are not there."""

ROWS = [
    {"name": "komponenter", "at": "/komponenter"},
    {"name": "start", "at": "/"},
    {"name": "kontakt", "at": "/kontakt"},
    {"name": "tillganglighet", "at": "/tillganglighet"},
    {"name": "kakor", "at": "/kakor"},
    {"name": "personuppgifter", "at": "/personuppgifter"},
    {"name": "utloggad", "at": "/utloggad"},
    {"name": "finns-inte", "at": "/finns-inte", "status": 404},
]
