"""The `reconciler` command: a group whose commands are imported when they are called."""

import importlib
import sys
from collections.abc import Sequence

import click

from reconciler import __version__
from reconciler.errors import ReconcilerError, SpecInvalid, UsageError

COMMANDS = {
    "validate": "Check specs without opening a connection.",
    "plan": "Show what apply would change.",
    "apply": "Plan, show, ask, carry out, and watch it settle.",
    "drift": "Say what moved away from the specs; exit 4 if anything did.",
    "status": "Show every declared topic, wanted and observed.",
    "wait": "Wait until one thing is completed, paused or active.",
    "history": "Show what was done, and what became of it, newest first.",
    "ledger": "What is remembered: look at it, correct it, export it.",
    "schema": "Print the JSON Schema of specs, plans or reports.",
    "sandbox": "The embedded stand-in for both vendors: serve, fill, inspect.",
    "demo": "The main job on the embedded sandbox, in under a minute.",
}
INTERRUPTED = 6
UNREAD = 1


class Commands(click.Group):
    """A group that knows the names and short helps, and imports a command when it is needed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every command, in the order a newcomer meets them."""
        _ = ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command."""
        _ = ctx
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"reconciler.cli.{cmd_name}")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing them."""
        _ = ctx
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, "--version", "-V", message="reconciler %(version)s")
def root() -> None:
    """Declare snapshots and mirror pauses in git, review a plan, apply exactly that.

    \b
    Try it:        reconciler demo
    Then:          reconciler plan specs/
                   reconciler apply specs/

    Specs are YAML; PATH defaults to specs/. Exit codes: 0 ok, 1 error, 2 usage or invalid specs,
    3 changes (plan --detailed-exitcode), 4 drift, 5 failed, 6 not reached in time or interrupted,
    8 stale parts left out, 9 blocked or held back, 10 outcome unknown.
    """


def run(args: Sequence[str] | None = None) -> int:
    """Run the command line.

    Args:
        args: Words after the program's name; None takes them from the process.

    Returns:
        The exit code.
    """
    try:
        result: object = root.main(args, prog_name="reconciler", standalone_mode=False)
    except click.exceptions.Exit as done:
        return done.exit_code
    except (click.ClickException, click.Abort, ReconcilerError) as error:
        return _ended_by(error)
    except SystemExit:
        # click leaves like this where whoever read our output has gone.
        return UNREAD
    return result if isinstance(result, int) else 0


def _ended_by(error: Exception) -> int:
    """Say what ended the command, and give its exit code."""
    match error:
        case click.ClickException():
            error.show()
            return UsageError.exit_code
        case click.Abort() if not isinstance(error.__cause__, KeyboardInterrupt):
            sys.stderr.write("\nNot approved; nothing was done.\n")
            return UsageError.exit_code
        case SpecInvalid():
            return _spec_errors(error)
        case ReconcilerError():
            return _told(error)
        case _:
            # click has closed the line of the `^C` already.
            sys.stderr.write("Interrupted.\n")
            return INTERRUPTED


def _told(error: ReconcilerError) -> int:
    from reconciler.render.escape import printable  # noqa: PLC0415 - only errors need it

    rows = str(error).split("\n")
    sys.stderr.write("Error: " + "\n".join(printable(row) for row in rows) + "\n")
    return error.exit_code


def _spec_errors(error: SpecInvalid) -> int:
    from reconciler.render.escape import printable  # noqa: PLC0415 - only errors need it

    count = len(error.diagnostics)
    rows = [printable(str(item)) for item in error.diagnostics]
    noun = "error" if count == 1 else "errors"
    sys.stderr.write("\n".join(rows) + f"\n\n{count} {noun} in the specs; nothing was done.\n")
    return error.exit_code
