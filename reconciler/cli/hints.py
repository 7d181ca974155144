"""What people type who know other tools, and what they will have meant."""

from difflib import get_close_matches

import click

_READS = "`reconciler plan` shows what would be done, and only reads."
_OPTIONS: dict[str, tuple[str, str]] = {
    "--yes": ("--auto-approve", "Write --auto-approve."),
    "-y": ("--auto-approve", "Write --auto-approve."),
    "--force": ("--auto-approve", "Write --auto-approve; nothing overrides a plan."),
    "--approve": ("--auto-approve", "Write --auto-approve."),
    "--dry-run": ("--auto-approve", _READS),
    "--check": ("--auto-approve", _READS),
    "-n": ("--auto-approve", _READS),
    "--disruptive": ("--allow", "Write --allow disruptive."),
    "--allow-disruptive": ("--allow", "Write --allow disruptive."),
    "--json": ("--format", "Write --format json."),
    "--output": ("--format", "--format says in which shape it is printed."),
    "-o": ("--format", "--format says in which shape it is printed."),
    "--target": ("--select", "Write --select KIND/NAME[/TOPIC]."),
    "--only": ("--select", "Write --select KIND/NAME[/TOPIC]."),
    "-l": ("--label", "Write --label key=value."),
    "-w": ("--watch", "Write --watch."),
    "--follow": ("--watch", "Write --watch."),
    "--selector": ("--label", "Write --label key=value, or --select KIND/NAME[/TOPIC]."),
    "--environment": ("--env", "Write --env NAME."),
    "-e": ("--env", "Write --env NAME."),
    "--var": ("--env", "Values stand in values/NAME.yaml; write --env NAME."),
    "--var-file": ("--env", "Values stand in values/NAME.yaml; write --env NAME."),
    "--set": ("--env", "Values stand in values/NAME.yaml; write --env NAME."),
    "--debug": ("--verbose", "Write --verbose."),
    "-f": ("", "Specs are named without an option: reconciler plan PATH."),
    "--file": ("", "Specs are named without an option: reconciler plan PATH."),
    "--filename": ("", "Specs are named without an option: reconciler plan PATH."),
    "--specs": ("", "Specs are named without an option: reconciler plan PATH."),
}
"""By option: which one the command must have for the sentence to help, and the sentence."""
_COMMANDS = {
    "autocomplete": "completion",
    "check": "validate",
    "deploy": "apply",
    "describe": "explain",
    "diff": "plan",
    "get": "status",
    "help": "--help",
    "lint": "validate",
    "list": "status",
    "ls": "status",
    "preview": "plan",
    "requests": "sandbox requests",
    "reset": "sandbox reset",
    "run": "apply",
    "runs": "sandbox runs",
    "serve": "sandbox serve",
    "sync": "apply",
    "top": "status --watch",
    "up": "apply",
    "version": "--version",
    "watch": "status --watch",
    "why": "explain",
    "world": "sandbox world",
}


def command_hint(word: str, known: list[str]) -> str:
    """A question for somebody who named a command that does not exist, or nothing.

    Args:
        word: What was typed.
        known: The commands that exist.
    """
    near = get_close_matches(word.lower(), known, n=1)
    meant = _COMMANDS.get(word.lower()) or next(iter(near), "")
    return f" Did you mean 'reconciler {meant}'?" if meant else ""


def option_hint(option: str, command: click.Command | None) -> str:
    """A sentence for somebody who used an option that a command does not have, or nothing.

    Args:
        option: As it was typed, with its dashes.
        command: The command, where one was found.
    """
    needed, sentence = _OPTIONS.get(option, ("", ""))
    params = command.params if command else []
    has_it = any(needed in param.opts for param in params)
    takes_paths = any(param.name == "paths" for param in params)
    return sentence if has_it or (not needed and takes_paths) else ""


def is_foreign(option: str) -> bool:
    """Whether an option is a word of other tools, and no slip of the pen.

    Args:
        option: As it was typed, with its dashes.
    """
    return option in _OPTIONS


def choice_hint(error: click.BadParameter) -> str:
    """What to write where an option takes a single word, or nothing.

    Args:
        error: What is wrong with a value.
    """
    kind = error.param.type if error.param else None
    is_missing = isinstance(error, click.MissingParameter)
    if (
        error.param is None
        or is_missing
        or not isinstance(kind, click.Choice)
        or len(kind.choices) != 1
    ):
        return ""
    return f" Write {max(error.param.opts, key=len)} {kind.choices[0]}."
