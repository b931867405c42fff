"""Numbers from a seed, many at once: those of Python's `Random`, whose order no release of anything changes."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import numpy as np
from numpy.typing import NDArray


def dice(seed: int) -> Callable[[int], NDArray[np.float64]]:
    """So many numbers from 0 to 1, the next ones at every call."""
    _, words, _ = Random(seed).getstate()
    found = np.random.RandomState()
    found.set_state(("MT19937", np.array(words[:-1], np.uint32), words[-1], 0, 0.0))
    return found.random_sample
