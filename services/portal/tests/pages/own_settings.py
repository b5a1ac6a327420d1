"""A member of staff's own settings."""

ROWS = [{"name": "installningar", "at": "/handlaggare/installningar", "who": "maja berg"}]
