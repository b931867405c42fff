"""`make test` tries the same examples for everybody; `make check-long` looks for new ones."""

from __future__ import annotations

import os
import signal

from hypothesis import HealthCheck, settings

settings.register_profile("steady", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("wild", deadline=None, max_examples=1000)
settings.load_profile(os.environ.get("EXAMPLES", "steady"))

# A suite started in the background inherits that Ctrl-C is ignored, and so would every program that it starts.
signal.signal(signal.SIGINT, signal.default_int_handler)
