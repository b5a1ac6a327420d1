"""The tables of every package here, imported so that the migrations see them all."""

from shared import tables

__all__ = ["tables"]
