"""The tables of every package here, imported so that the migrations see them all."""

from permit_guide.registers import models as registers
from shared import tables

__all__ = ["registers", "tables"]
