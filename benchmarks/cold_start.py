"""How long a command takes from the shell and back, beside peers measured in the same run.

    python benchmarks/cold_start.py [ROUNDS]

A time alone says more about the machine than about the program; a ratio to a peer travels. Commands and peers take
turns, so that whatever else the machine does falls on all of them; the fastest of the rounds counts.
"""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PROC = (sys.executable, "-m", "proc_tools")
BELARUS = "jurisdictions/belarus.proc"

BARE = "python -c pass"
PARTS = "python -c 'import click, lark, pydantic'"
MEASURED: dict[str, tuple[str, ...]] = {
    BARE: (sys.executable, "-c", "pass"),
    PARTS: (sys.executable, "-c", "import click, lark, pydantic"),
    "proc --help": (*PROC, "--help"),
    "proc simulate --help": (*PROC, "simulate", "--help"),
    "proc check belarus.proc": (*PROC, "check", BELARUS),
    "proc simulate belarus.proc": (*PROC, "simulate", BELARUS),
    "proc simulate belarus.proc --format json": (*PROC, "simulate", BELARUS, "--format", "json"),
    "proc fee belarus.proc claim_duty": (*PROC, "fee", BELARUS, "claim_duty", "--set", "amount=1050", "--start", "2026-03-02"),
}  # fmt: skip


def seconds(command: tuple[str, ...]) -> float:
    began = time.perf_counter()
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - began


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    best = {name: seconds(command) for name, command in MEASURED.items()}  # the first round fills the caches
    for _ in range(rounds):
        for name, command in MEASURED.items():
            best[name] = min(best[name], seconds(command))
    print(f"Python {sys.version.split()[0]}, best of {rounds} rounds\n")
    print(f"{'command':42}  {'ms':>5}  {'× bare Python':>14}  {'× its libraries':>15}")
    for name, took in best.items():
        print(f"{name:42}  {took * 1000:5.0f}  {took / best[BARE]:14.1f}  {took / best[PARTS]:15.2f}")


if __name__ == "__main__":
    main()
