"""Garbage collection of a process that loads once and then serves."""

import gc

OBJECTS_BETWEEN = 10_000


def settle() -> None:
    """Leave what is loaded out of every collection: walking it stopped a busy process for a tenth of a second."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(OBJECTS_BETWEEN)
