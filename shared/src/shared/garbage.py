"""How often memory is searched for what nobody holds."""

import gc

OBJECTS_BETWEEN_COLLECTIONS = 10_000


def freeze_gc() -> None:
    """Leave what is loaded out of every collection: walking it stopped a busy process for a tenth of a second."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS)
