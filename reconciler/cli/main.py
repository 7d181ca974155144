"""The `reconciler` command: a group whose commands are imported when they are called."""

import importlib
import os
import sys
from collections.abc import Sequence

import click
from click.shell_completion import CompletionItem

from reconciler import __version__
from reconciler.errors import ReconcilerError

COMMANDS = {
    "init": "Make a project: connections, a sample, CI files.",
    "doctor": "Check connections: what they may read, what the vendors show.",
    "dump": "Write specs for what exists, so that a plan changes nothing.",
    "validate": "Check specs without opening a connection.",
    "show": "Print the specs as an environment makes them.",
    "plan": "Show what apply would change.",
    "apply": "Plan, show, ask, carry out, and watch it settle.",
    "drift": "Say what moved away from the specs; exit 4 if anything did.",
    "status": "Show every declared topic, wanted and observed.",
    "explain": "Show where a verdict comes from: rule, observation, ledger, call.",
    "wait": "Wait until one thing is completed, paused or active.",
    "history": "Show what was done, and what became of it, newest first.",
    "ledger": "What is remembered: look at it, correct it, export it.",
    "completion": "Print a script that completes commands and addresses in a shell.",
    "schema": "Print a JSON Schema: of specs, plans, reports, history or ledger.",
    "ci": "For pipelines: a comment on the pull request, annotations, a stamped plan.",
    "sandbox": "The embedded stand-in for both vendors: serve, fill, inspect.",
    "demo": "The main job on the embedded sandbox, in under a minute.",
}
UNREAD = 1
COMPLETING = "_RECONCILER_COMPLETE"
"""Set by the shell where somebody presses TAB."""


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

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that the first word names.

        Raises:
            click.UsageError: There is none; it names the one that may be meant.
        """
        word = args[0]
        if word in COMMANDS or word.startswith("-") or ctx.resilient_parsing:
            return super().resolve_command(ctx, args)
        from reconciler.cli.hints import command_hint  # noqa: PLC0415 - only errors need it

        raise click.UsageError(
            f"No such command {word!r}.{command_hint(word, list(COMMANDS))}", ctx
        )

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem[str]]:
        """Offer commands without importing them, and options."""
        names = [name for name in COMMANDS if name.startswith(incomplete)]
        items = [CompletionItem(name, help=COMMANDS[name]) for name in names]
        return [*items, *click.Command.shell_complete(self, ctx, incomplete)]

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
    Begin:         reconciler init
    Then:          reconciler plan specs/
                   reconciler apply specs/

    Specs are YAML; PATH defaults to specs/. Exit codes: 0 ok, 1 error, 2 usage or invalid specs,
    3 changes (plan --detailed-exitcode), 4 drift, 5 failed, 6 not reached in time or interrupted,
    7 held by another apply, 8 stale parts left out, 9 blocked or held back, 10 outcome unknown.
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
    except (click.ClickException, click.Abort, ReconcilerError, OSError) as error:
        from reconciler.cli.failing import ended_by  # noqa: PLC0415 - only errors need it

        if os.environ.get(COMPLETING):
            return UNREAD  # whoever presses TAB wants no message between the words
        return ended_by(error, sys.argv[1:] if args is None else args)
    except SystemExit as left:
        # click leaves like this where whoever read our output has gone, and after completing a word.
        return left.code if isinstance(left.code, int) else UNREAD
    return result if isinstance(result, int) else 0
