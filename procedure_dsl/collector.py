"""The garbage collector, out of the way while a text is read: its tree is many small objects, none of them garbage."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def resting_collector() -> Iterator[None]:
    """Nothing is searched for garbage; a caller who has switched the collector off finds it off.

    It would go over the growing tree again and again, and take more than half of the time of a large file.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
