"""`reconciler demo`: the main job, on the embedded sandbox, in a folder of its own."""

# ruff: noqa: PLC0415 - what the demo drives is imported when it runs

import json
import os
import shutil
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

import anyio
import click

from reconciler.cli.clock import SystemClock
from reconciler.cli.console import Console
from reconciler.cli.environment import ENVIRONMENT
from reconciler.cli.options import LEDGER, common, common_of
from reconciler.cli.packaged import samples
from reconciler.cli.session import load_specs
from reconciler.cli.wiring import Wiring, current_folder, state_dir
from reconciler.core.outcomes import exit_code
from reconciler.errors import ReconcilerError
from reconciler.model.change import Change, Form, Pause, Start, StartSource, StartTopic
from reconciler.model.desired import SnapshotType
from reconciler.model.outcome import Outcome, Reply

ORDERS = "67ad6e0af08a2365c729ba79"
BY_HAND: tuple[tuple[str, Change], ...] = (
    ("confluent-demo", Pause("lkc-abc123", "east-to-west", ("inventory.levels",))),
    (
        "streamkap-demo",
        Start(
            Form.SINGLE,
            SnapshotType.INCREMENTAL,
            (StartSource(ORDERS, (StartTopic("audit.logins"),)),),
        ),
    ),
)
SHOWN_AFTER = 1.5
_NEXT = """
# The folder is gone again. To go on in one of your own: reconciler init --sandbox
# For your account, and to look only:                   reconciler init
"""


class _EndedEarly(Exception):
    """A command of the story was interrupted, or its time was up; it has said so."""


@click.command("demo")
@click.option("--keep", is_flag=True, help="Leave the folder, to try more in it.")
@common
@click.pass_context
def command(ctx: click.Context, *, keep: bool) -> int:
    """Show the main job on the embedded sandbox, in a new folder; takes under a minute.

    Validate, plan, apply; then somebody changes things by hand; drift says what, apply heals it.

    \b
    Example:  reconciler demo --keep
    """
    console = common_of(ctx).console
    here = current_folder()
    folder = Path(tempfile.mkdtemp(prefix="reconciler-demo-"))
    # A team's memory is not for a story, nor are its environments.
    lent = {name: os.environ.pop(name) for name in (LEDGER, ENVIRONMENT) if name in os.environ}
    try:
        shutil.copytree(samples(), folder / "specs")
        (folder / ".reconciler").mkdir()  # none further up is taken for it
        os.chdir(folder)
        console.out(f"# A new folder, {folder}, with sample specs. Both vendors are the sandbox.\n")
        _story(console)
    except _EndedEarly:
        left = f"{folder} is left" if keep else "its folder is removed"
        console.say(f"The demo ends here; {left}.")
        return exit_code((Outcome.NOT_REACHED,))
    finally:
        os.chdir(here)
        os.environ.update(lent)
        if not keep:
            shutil.rmtree(folder, ignore_errors=True)
    console.out(f"\n# To go on: cd {folder}\n" if keep else _NEXT)
    return 0


def _story(console: Console) -> None:
    _say("Are the specs right? No connection is opened for that.")
    _run(["validate"], 0)
    _say("What would change? This only reads.")
    _run(["plan"], 0)
    _say("Do it, and wait until every snapshot has completed.")
    _run(["apply", "--auto-approve", "--wait", "settled"], 0)
    _say("The same question again.")
    _run(["plan", "--detailed-exitcode"], 0)
    _say("Meanwhile somebody pauses a mirror and starts a snapshot by hand.")
    anyio.run(_by_hand, console)
    _say("What moved? (exit 4 is drift)")
    _run(["drift"], 4)
    _say("Heal it. That run is not ours: stopping it needs --allow disruptive.")
    _run(["apply", "--auto-approve", "--allow", "disruptive", "--wait", "settled"], 0)
    _say("And everything is as the specs want it.")
    _run(["plan", "--detailed-exitcode"], 0)


def _say(text: str) -> None:
    sys.stdout.write(f"\n# {text}\n")


def _run(words: Sequence[str], expected: int) -> None:
    """Run one command as a person would, and hold it to its exit code."""
    from reconciler.cli.main import run

    sys.stdout.write(f"$ reconciler {' '.join(words)}\n")
    sys.stdout.flush()
    code = run(words)
    sys.stdout.write(f"[exit {code}]\n")
    sys.stdout.flush()
    if code == exit_code((Outcome.NOT_REACHED,)) != expected:
        raise _EndedEarly
    if code != expected:
        raise ReconcilerError(f"the demo expected exit {expected} here, not {code}")


async def _by_hand(console: Console) -> None:
    """Change things at the vendors, past the specs."""
    clock = SystemClock()
    with ExitStack() as stack:
        wiring = Wiring(state_dir(None), clock, stack, console.say)
        for name, provider in wiring.open(load_specs(()).connections).items():
            provider.permit_writes()
            for connection, change in BY_HAND:
                if connection == name:
                    call = provider.render(change)
                    sys.stdout.write(f"  {call.method} {call.path} {json.dumps(call.body)}\n")
                    receipt = await provider.send(change, call)
                    if receipt.reply is not Reply.ACCEPTED:
                        raise ReconcilerError(f"the sandbox refused: {receipt.message}")
            await provider.aclose()
    await clock.sleep(SHOWN_AFTER)
