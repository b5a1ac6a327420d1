"""Definitions, for the staff who change them."""

from web.definitions.forms import EarlierVersion
from web.definitions.router import definitions_router

__all__ = ["EarlierVersion", "definitions_router"]
