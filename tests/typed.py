"""What a user types, and what comes back: `proc` in this process, or in one of its own."""

from __future__ import annotations

import contextlib
import io
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from proc_tools.main import run

ROOT = Path(__file__).parent.parent
BELARUS, KAZAKHSTAN = (str(ROOT / "jurisdictions" / f"{name}.proc") for name in ("belarus", "kazakhstan"))


@dataclass(frozen=True)
class Answer:
    code: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        assert self.code in (0, 1), self.err
        return json.loads(self.out)


def proc(*arguments: str | Path) -> Answer:
    """Run `proc` in this process."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = run([str(one) for one in arguments])
    return Answer(code, out.getvalue(), err.getvalue())


def proc_apart(*arguments: str | Path, stdin: bytes = b"", cwd: Path = ROOT, **environment: str) -> Answer:
    """Run `proc` as the shell does, in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "proc_tools", *map(str, arguments)],
        input=stdin, capture_output=True, cwd=cwd, timeout=60,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
    )  # fmt: skip
    return Answer(done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8"))
