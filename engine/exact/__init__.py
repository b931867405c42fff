"""Plan and case → every way through, exactly: odds in fractions, days on the real calendar, what to do and how sure that is.

`paths_of(plan, case, calendar)` gives a frozen `Paths`; for pictures it holds `EdgeLaw` (odds and median day of each way),
`StageLaw` (odds and days of each stage) and `DayShare` (the law of the end date); for advice `Detour` and `OddsTurn` say where
it turns, `Matter` what else would change it. `left_open` and `first_answer` try less and less where there are too many ways.
How it works: docs/methods.md.
"""

from engine.exact.analyse import first_answer, left_open, paths_of
from engine.exact.result import (
    Advice,
    Days,
    DayShare,
    Detour,
    EdgeLaw,
    EndLaw,
    Matter,
    Odds,
    OddsTurn,
    OptionWorth,
    PathEntry,
    Paths,
    StageLaw,
    Sums,
)

__all__ = [
    "Advice", "DayShare", "Days", "Detour", "EdgeLaw", "EndLaw", "Matter", "Odds", "OddsTurn", "OptionWorth", "PathEntry", "Paths", "StageLaw",
    "Sums", "first_answer", "left_open", "paths_of",
]  # fmt: skip
