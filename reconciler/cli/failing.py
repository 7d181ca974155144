"""What a person, or with `--log-format json` a program, is told where a command ends in an error."""

import errno
import io
import sys
from collections.abc import Sequence

import click

from reconciler.cli.console import complain, json_row, let_go
from reconciler.cli.hints import choice_hint, is_foreign, option_hint
from reconciler.errors import Diagnostic, ReconcilerError, SpecInvalid, UsageError
from reconciler.render.escape import printable

INTERRUPTED = 6
_OPTION = "--log-format"
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def ended_by(error: Exception, words: Sequence[str]) -> int:
    """Say what ended a command.

    Args:
        error: What it raised.
        words: The command line, which says in which shape.

    Returns:
        The exit code.
    """
    in_json = wants_json(words)
    match error:
        case click.ClickException():
            return _usage(error, in_json=in_json)
        case click.Abort() if not isinstance(error.__cause__, KeyboardInterrupt):
            complain("\n")  # the question has left its line open
            _tell("Not approved; nothing was done.", in_json=in_json)
            return UsageError.exit_code
        case SpecInvalid():
            return _spec_errors(error, in_json=in_json)
        case ReconcilerError():
            _tell(str(error), in_json=in_json, before="Error: ")
            return error.exit_code
        case OSError():
            _tell(_refused(error), in_json=in_json, before="Error: ")
            return ReconcilerError.exit_code
        case _:
            # click has closed the line of the `^C` already.
            _tell("Interrupted.", in_json=in_json)
            return INTERRUPTED


def _refused(error: OSError) -> str:
    """What the machine refused, where nobody expected it to; a traceback would say no more."""
    why = error.strerror or type(error).__name__
    if error.filename is not None:
        return f"{error.filename} cannot be used: {why}"
    # Without a buffer nothing is left of what could not be written.
    is_result = error.errno in _NO_ROOM
    try:
        sys.stdout.flush()
    except OSError:
        is_result = True
    if is_result:
        let_go(sys.stdout)
        return f"the result cannot be written: {why}"
    return f"the machine refuses something: {why}"


def wants_json(words: Sequence[str]) -> bool:
    """Whether a command line asks for JSON lines on stderr; it may be too wrong to be parsed.

    Args:
        words: The command line without the program.
    """
    chosen = ""
    for place, word in enumerate(words):
        if word == "--":
            break
        if word.startswith(f"{_OPTION}="):
            chosen = word.partition("=")[2]
        elif word == _OPTION:
            chosen = next(iter(words[place + 1 :]), "")
    return chosen == "json"


def _tell(text: str, *, in_json: bool, before: str = "") -> None:
    if in_json:
        complain(json_row("error", message=text))
        return
    rows = text.split("\n")
    complain(before + "\n".join(printable(row) for row in rows) + "\n")


def _usage(error: click.ClickException, *, in_json: bool) -> int:
    if isinstance(error, click.NoSuchOption):
        if hint := option_hint(error.option_name, error.cmd):
            error = click.UsageError(f"{error.message} {hint}", error.ctx)
        elif is_foreign(error.option_name):
            error = click.UsageError(error.message, error.ctx)  # what is spelt alike is not meant
    elif isinstance(error, click.BadParameter) and (hint := choice_hint(error)):
        error = click.BadParameter(error.message + hint, error.ctx, error.param, error.param_hint)
    if in_json:
        _tell(error.format_message(), in_json=True)
    else:
        shown = io.StringIO()
        error.show(shown)
        complain(shown.getvalue())
    return UsageError.exit_code


def _spec_errors(error: SpecInvalid, *, in_json: bool) -> int:
    if in_json:
        complain("".join(map(_spec_row, error.diagnostics)))
        return error.exit_code
    count = len(error.diagnostics)
    rows = [printable(str(item)) for item in error.diagnostics]
    noun = "error" if count == 1 else "errors"
    complain("\n".join(rows) + f"\n\n{count} {noun} in the specs; nothing was done.\n")
    return error.exit_code


def _spec_row(item: Diagnostic) -> str:
    return json_row(
        "error",
        message=item.message,
        advice=item.advice,
        file=item.file,
        line=item.line,
        column=item.column,
        address=item.address,
        field=item.field,
    )
