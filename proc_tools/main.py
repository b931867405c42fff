"""The door: run a command, and turn whatever comes of it into an exit code. A traceback shown to a user is a bug.

0 fine · 1 findings · 2 could not run · 70 our own fault, with a saved report · 130 interrupted.
"""

from __future__ import annotations

import contextlib
import errno
import gc
import os
import sys
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> None:
    """Run `proc` and leave with its exit code."""
    gc.set_threshold(50_000, 20, 20)  # a command leaves soon: to look for its litter all the time costs a tenth of it
    sys.exit(run(sys.argv[1:] if arguments is None else list(arguments)))


def run(arguments: Sequence[str]) -> int:
    """Run `proc`; the exit code is the answer."""
    try:
        for stream in (sys.stdout, sys.stderr):
            reconfigure = getattr(stream, "reconfigure", None)
            if reconfigure:
                reconfigure(encoding="utf-8", errors="replace")
        code = _answer(arguments)
        for stream in (sys.stdout, sys.stderr):
            if stream is not None:  # a program without a console has none
                stream.flush()
        return code
    except KeyboardInterrupt:
        return 130
    except OSError as error:
        if error.filename is not None:
            return _refuse(f"{error.filename} cannot be used: {error.strerror}", "")
        _give_up_printing()  # for what was printed could not be delivered
        if error.errno == errno.EPIPE or isinstance(error, BrokenPipeError):
            return 0  # whoever read has read enough
        return _refuse(f"the answer cannot be written: {error.strerror}", "")


def _answer(arguments: Sequence[str]) -> int:
    """Run the command, its refusals said."""
    import click

    from proc_tools.cli import proc
    from proc_tools.files import CannotRun, Findings

    try:
        # Not `proc.main()`, which has exit codes of its own for a closed pipe.
        with proc.make_context("proc", list(arguments) or ["--help"]) as context:
            proc.invoke(context)
        return 0
    except Findings:
        return 1
    except CannotRun as reason:
        return _refuse(reason.seen, reason.help)
    except click.exceptions.Exit as leave:
        return int(leave.exit_code)
    except click.UsageError as mistake:
        command = mistake.ctx.command_path if mistake.ctx else "proc"
        return _refuse(mistake.format_message().rstrip("."), f"See `{command} --help`.")
    except click.ClickException as mistake:
        return _refuse(mistake.format_message(), "")
    except OSError:
        raise
    except Exception as error:  # the last resort, so that nobody sees a traceback
        from engine.refusal import Refusal

        if isinstance(error, Refusal):
            return _refuse(error.seen, error.help)
        return _own_fault(arguments)


def _give_up_printing() -> None:
    """Nothing more goes to standard output, not even what is left when the program ends."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (OSError, ValueError, AttributeError):  # not a real stream
        return


def _refuse(seen: str, help_: str) -> int:
    """One sentence, and what to type, after whatever was answered before."""
    if sys.stdout is not None:
        sys.stdout.flush()
    with contextlib.suppress(OSError):  # nobody may be listening there any more
        print(f"proc: {seen}" + (f"\n      {help_}" if help_ else ""), file=sys.stderr, flush=True)
    return 2


def _own_fault(arguments: Sequence[str]) -> int:
    """Save what is needed to mend it, and say where."""
    import tempfile
    import traceback

    with tempfile.NamedTemporaryFile(
        "w", prefix="proc-report-", suffix=".txt", delete=False, encoding="utf-8", errors="replace"
    ) as report:
        report.write(f"proc {' '.join(arguments)}\nPython {sys.version}\n\n{traceback.format_exc()}")
    print(
        f"proc: this is our own fault, not yours. A report is in {report.name}; please send it to us.", file=sys.stderr
    )
    return 70
