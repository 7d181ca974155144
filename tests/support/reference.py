"""The reference of commands as Markdown, made from what click knows so that it cannot fall behind.

PYTHONPATH=. python -m tests.support.reference > docs/cli.md
"""

import inspect
import sys
from collections.abc import Iterator

import click

from reconciler.cli.main import COMMANDS, root

COMMON = {
    "--ledger",
    "--state-dir",
    "--now",
    "--log-format",
    "--verbose",
    "--no-color",
    "--help",
}
INTRODUCTION = """\
# Commands

Made from the commands themselves; `reconciler COMMAND --help` says the same. [Exit codes](exit-codes.md) and [output for programs](json.md) have pages of their own.

`PATH…` is any number of files and folders with specs, by default `specs/`. Results go to stdout; progress, notes and errors go to stderr.
"""


def reference() -> str:
    """Markdown text of `docs/cli.md`."""
    context = click.Context(root, info_name="reconciler", **root.context_settings)
    lines = [INTRODUCTION, *_common(context)]
    for name, short in COMMANDS.items():
        command = root.get_command(context, name)
        assert command is not None
        inner = click.Context(command, info_name=name, parent=context)
        lines += [f"## {name}", "", short, ""]
        if isinstance(command, click.Group):
            lines += _text(command)
            for child in command.list_commands(inner):
                below = command.get_command(inner, child)
                assert below is not None
                lines += [f"### {name} {child}", ""]
                lines += _command(click.Context(below, info_name=child, parent=inner))
        else:
            lines += _command(click.Context(command, info_name=name, parent=context))
    return "\n".join(lines).rstrip() + "\n"


def _common(context: click.Context) -> Iterator[str]:
    plan = root.get_command(context, "plan")
    assert plan is not None
    yield "## Options of every command"
    yield ""
    yield from _options(click.Context(plan, info_name="plan", parent=context), is_common=True)


def _command(context: click.Context) -> Iterator[str]:
    yield f"```text\n{context.get_usage().removeprefix('Usage: ')}\n```"
    yield ""
    yield from _text(context.command)
    yield from _options(context, is_common=False)


def _text(command: click.Command) -> Iterator[str]:
    """The help in paragraphs; what click shall not wrap becomes a block."""
    paragraphs = inspect.cleandoc(command.help or "").split("\n\n")
    for paragraph in paragraphs:
        if paragraph.startswith("\b"):
            body = paragraph.removeprefix("\b").strip("\n")
            yield f"```text\n{body}\n```"
        else:
            yield _plain(" ".join(paragraph.split()))
        yield ""


def _options(context: click.Context, *, is_common: bool) -> Iterator[str]:
    records = [
        record
        for param in context.command.get_params(context)
        if isinstance(param, click.Option) and (param.opts[-1] in COMMON) is is_common
        if (record := param.get_help_record(context))
    ]
    if not records:
        return
    yield "| option | |"
    yield "| --- | --- |"
    for names, told in records:
        cell = f"`{names}`".replace("|", "\\|")
        yield f"| {cell} | {_plain(told)} |"
    yield ""


def _plain(text: str) -> str:
    """A text in which no sign is markup, but for code."""
    return "`".join(
        part if number % 2 else part.replace("<", "&lt;").replace("*", "\\*").replace("|", "\\|")
        for number, part in enumerate(text.split("`"))
    )


if __name__ == "__main__":
    sys.stdout.write(reference())
