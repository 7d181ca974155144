"""`reconciler completion`."""

import click
from click.shell_completion import ShellComplete, get_completion_class

from reconciler.cli.options import common, common_of

PROGRAM = "reconciler"
SHELLS = {
    "bash": (
        "Keep it with one of these; bash 4.4 or newer:",
        "reconciler completion bash > ~/.local/share/bash-completion/completions/reconciler",
        "echo 'eval \"$(reconciler completion bash)\"' >> ~/.bashrc",
    ),
    "zsh": (
        "Keep it with one of these; the first needs `compinit` after it:",
        'reconciler completion zsh > "${fpath[1]}/_reconciler"',
        "echo 'eval \"$(reconciler completion zsh)\"' >> ~/.zshrc",
    ),
    "fish": (
        "Keep it with:",
        "reconciler completion fish > ~/.config/fish/completions/reconciler.fish",
    ),
}


@click.command("completion")
@click.argument("shell", type=click.Choice([*SHELLS]))
@common
@click.pass_context
def command(ctx: click.Context, shell: str) -> int:
    """Print a script that completes commands, options and addresses in a shell.

    Addresses come from the specs in `specs/`, or in the paths named before the word. No secret is
    read, no connection is opened, and specs with errors are passed over in silence.

    \b
    Examples:  eval "$(reconciler completion bash)"
               reconciler completion zsh > "${fpath[1]}/_reconciler"
               reconciler completion fish > ~/.config/fish/completions/reconciler.fish

    Exit codes: 0 printed, 2 usage.
    """
    common_of(ctx).console.out(script(shell, ctx.find_root().command))
    return 0


def script(shell: str, root: click.Command) -> str:
    """The script of a shell, with how to install it.

    Args:
        shell: `bash`, `zsh` or `fish`.
        root: The group of all commands.
    """
    kind = get_completion_class(shell) or ShellComplete
    made = kind(root, {}, PROGRAM, f"_{PROGRAM}_COMPLETE".upper())
    # The way around `BashComplete.source`, which starts a bash to ask for its version.
    text = ShellComplete.source(made).strip("\n")
    told = "".join(f"# {row}\n" for row in SHELLS[shell])
    first, _, rest = text.partition("\n")
    # zsh wants its `#compdef` in the first line of the file.
    return f"{first}\n{told}{rest}\n" if first.startswith("#compdef") else f"{told}{text}\n"
