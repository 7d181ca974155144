"""`python -m reconciler`, and the `reconciler` command."""

# ruff: noqa: PLC0415 - `--version` is answered before anything else is imported

import gc
import os
import sys


def main() -> None:
    """Run the command line and end the process with its exit code."""
    if sys.argv[1:] in (["--version"], ["-V"]):
        from reconciler import __version__

        try:
            sys.stdout.write(f"reconciler {__version__}\n")
            sys.stdout.flush()
        except (OSError, AttributeError):  # no room, no reader, or no stream at all
            pass  # click says it once more, and what is wrong
        else:
            return
    if sys.stdin is None:  # closed by whoever started us; nothing else shall get its number
        sys.stdin = os.fdopen(os.open(os.devnull, os.O_RDONLY), encoding="utf-8")
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # closed by whoever started us
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_WRONLY), "w", encoding="utf-8"))
    # Most of what a command makes lives until it ends; looking for garbage among it costs a tenth of
    # the time that a plan takes to start.
    gc.set_threshold(200_000)
    try:
        from reconciler.cli.main import run

        code = run()
    except KeyboardInterrupt:  # before click is there to hear it
        sys.stderr.write("Interrupted.\n")
        code = 6
    sys.exit(code)


if __name__ == "__main__":
    main()
