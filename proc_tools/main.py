"""The door: run a command, and turn whatever comes of it into an exit code. A traceback shown to a user is a bug.

0 fine · 1 findings · 2 could not run · 70 our own fault, with a saved report · 130 interrupted.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> None:
    """Run `proc` and leave with its exit code."""
    sys.exit(run(sys.argv[1:] if arguments is None else list(arguments)))


def run(arguments: Sequence[str]) -> int:
    """Run `proc`; the exit code is the answer."""
    import click

    from proc_tools.cli import proc
    from proc_tools.files import CannotRun, Findings

    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure:
            reconfigure(encoding="utf-8", errors="replace")
    try:
        answer = proc.main(list(arguments), prog_name="proc", standalone_mode=False)
        sys.stdout.flush()
        return answer if isinstance(answer, int) else 0
    except Findings:
        return _flush(1)
    except CannotRun as reason:
        return _refuse(reason.seen, reason.help)
    except click.exceptions.Abort:
        return 130
    except click.exceptions.Exit as leave:
        return leave.exit_code
    except click.UsageError as mistake:
        command = mistake.ctx.command_path if mistake.ctx else "proc"
        return _refuse(mistake.format_message(), f"See `{command} --help`.")
    except click.ClickException as mistake:
        return _refuse(mistake.format_message(), "")
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:  # the last resort, so that nobody sees a traceback
        from engine.evaluate import Refusal

        if isinstance(error, Refusal):
            return _refuse(error.seen, error.help)
        return _own_fault(arguments)


def _flush(code: int) -> int:
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return code


def _refuse(seen: str, help_: str) -> int:
    sys.stdout.flush()
    print(f"proc: {seen}" + (f"\n      {help_}" if help_ else ""), file=sys.stderr)
    return 2


def _own_fault(arguments: Sequence[str]) -> int:
    """Save what is needed to mend it, and say where."""
    import tempfile
    import traceback

    with tempfile.NamedTemporaryFile(
        "w", prefix="proc-report-", suffix=".txt", delete=False, encoding="utf-8"
    ) as report:
        report.write(f"proc {' '.join(arguments)}\nPython {sys.version}\n\n{traceback.format_exc()}")
    print(
        f"proc: this is our own fault, not yours. A report is in {report.name}; please send it to us.", file=sys.stderr
    )
    return 70
