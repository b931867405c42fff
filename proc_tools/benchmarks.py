"""The shipped benchmarks: what a published study measured in a jurisdiction, beside what its file says."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any


@dataclass(frozen=True, slots=True)
class Benchmark:
    """Days and percent of the claim, each whole and in its parts."""

    days: dict[str, int]
    percent_of_claim: dict[str, Decimal]

    def lines(self) -> tuple[str, str]:
        return (_sum(self.days, " days"), _sum(self.percent_of_claim, " % of the claim"))

    def data(self) -> dict[str, Any]:
        return {"days": self.days, "percent_of_claim": {name: str(one) for name, one in self.percent_of_claim.items()}}


@dataclass(frozen=True, slots=True)
class Study:
    title: str
    publisher: str
    year: int
    case: str
    caution: str

    def __str__(self) -> str:
        return f"{self.publisher}, {self.title}: {self.case}; {self.caution}"


WHOLE = "all"  # the entry beside the parts


def read_benchmarks() -> tuple[Study, dict[str, Benchmark]]:
    """The study, and what it found by the name of a jurisdiction."""
    import tomllib
    from importlib import resources

    text = (resources.files("jurisdictions") / "benchmarks.toml").read_text(encoding="utf-8")
    data = tomllib.loads(text, parse_float=Decimal)
    study = Study(**data.pop("study"))
    return study, {name: Benchmark(**found) for name, found in data.items()}


def _sum(parts: dict[str, Any], unit: str) -> str:
    said = ", ".join(f"{name.replace('_', ' ')} {part}" for name, part in parts.items() if name != WHOLE)
    return f"{parts[WHOLE]}{unit}: {said}"
