"""Definitions, for the staff who change them."""

from web.definitions.router import definitions_router

__all__ = ["definitions_router"]
