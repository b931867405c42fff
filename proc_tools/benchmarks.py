"""The shipped benchmarks: what a published study measured in a jurisdiction, beside what its file says."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from procedure_dsl.wording import phrase, say, spoken


@dataclass(frozen=True, slots=True)
class Benchmark:
    """Days and percent of the claim, each whole and in its parts."""

    days: dict[str, int]
    percent_of_claim: dict[str, Decimal]

    def lines(self) -> tuple[str, str]:
        days, rest = _parts(self.days)
        percent, shares = _parts(self.percent_of_claim)
        return (
            say("{days} days: {parts}", days=days, parts=rest),
            say("{percent} % of the claim: {parts}", percent=percent, parts=shares),
        )

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
PARTS = {
    "filing_and_service": phrase("filing and service"), "trial_and_judgment": phrase("trial and judgment"),
    "enforcement": phrase("enforcement"), "attorney": phrase("attorney"), "court": phrase("court"),
}  # fmt: skip


def read_benchmarks() -> tuple[Study, dict[str, Benchmark]]:
    """The study, and what it found by the name of a jurisdiction."""
    import tomllib
    from importlib import resources

    text = (resources.files("jurisdictions") / "benchmarks.toml").read_text(encoding="utf-8")
    data = tomllib.loads(text, parse_float=Decimal)
    study = Study(**data.pop("study"))
    return study, {name: Benchmark(**found) for name, found in data.items()}


def _parts(parts: dict[str, Any]) -> tuple[Any, str]:
    """The whole, and what it is made of."""
    said = (f"{say(PARTS[name])} {spoken(part)}" for name, part in parts.items() if name != WHOLE)
    return parts[WHOLE], ", ".join(said)
