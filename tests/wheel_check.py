"""Builds the wheel and runs it from an empty folder in an environment of its own, as a stranger would."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HOLDS = {"procedure_dsl", "engine", "viz", "proc_tools", "jurisdictions"}


def run(*command: str | Path, cwd: Path, fine: int = 0) -> str:
    """What a command prints; anything but the exit code it should have stops the check."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL_ENV"))}
    done = subprocess.run([str(one) for one in command], cwd=cwd, env=clean, capture_output=True, text=True)
    if done.returncode != fine:
        sys.exit(
            f"{' '.join(map(str, command))}\nleft with {done.returncode}, not {fine}\n{done.stdout}\n{done.stderr}"
        )
    return done.stdout


def main() -> None:
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        run(sys.executable, "-m", "build", "--wheel", "--outdir", folder, ROOT, cwd=folder)
        wheel = next(folder.glob("*.whl"))
        tops = {name.split("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
        if {top for top in tops if not top.endswith(".dist-info")} != HOLDS:
            sys.exit(f"the wheel holds {sorted(tops)}")
        run(sys.executable, "-m", "venv", folder / "venv", cwd=folder)
        scripts = folder / "venv" / ("Scripts" if os.name == "nt" else "bin")
        run(scripts / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", wheel, cwd=folder)
        empty = folder / "empty"
        empty.mkdir()
        for name in ("belarus", "kazakhstan"):
            told = run(scripts / "proc", "simulate", name, "--draw", f"{name}.svg", cwd=empty)
            if run(sys.executable, "-m", "proc_tools", "simulate", name, cwd=ROOT) != told:
                sys.exit(f"{name}: the wheel and the clone give different answers")
            run(scripts / "proc", "draw", name, "-o", f"{name}.png", cwd=empty)
            run(scripts / "proc", "check", name, cwd=empty)
            run(scripts / "proc", "test", name, cwd=empty)
        run(scripts / "proc", "new", "somewhere", cwd=empty)
        run(scripts / "proc", "simulate", "somewhere.proc", cwd=empty)
        run(scripts / "proc", "schema", "trace", cwd=empty)
        run(scripts / "proc", "simulate", "atlantis", cwd=empty, fine=2)
        made = sorted(path.name for path in empty.iterdir())
        if made != ["belarus.png", "belarus.svg", "kazakhstan.png", "kazakhstan.svg", "somewhere.proc"]:
            sys.exit(f"the wheel left {made}")
    print("The wheel runs from an empty folder.")


if __name__ == "__main__":
    main()
