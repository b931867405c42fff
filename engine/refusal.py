"""What the engine answers when a case cannot be computed as it stands."""

from __future__ import annotations


class Refusal(Exception):
    """The case cannot be computed as it stands; one sentence, and what to type."""

    def __init__(self, code: str, seen: str, help_: str = "") -> None:
        super().__init__(seen)
        self.code, self.seen, self.help = code, seen, help_
