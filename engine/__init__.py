"""Plan → trace: everything that computes from a checked jurisdiction."""

from __future__ import annotations
