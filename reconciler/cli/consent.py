"""What a person is told and asked before anything is sent."""

import os
import signal
import sys
from datetime import timedelta

import click

from reconciler.cli.actor import ci_warning
from reconciler.cli.session import Session
from reconciler.core.words import plural, span
from reconciler.errors import UsageError
from reconciler.model.change import Start
from reconciler.model.plan import Plan


def promise(session: Session, plan: Plan) -> None:
    """Say what starts rest on that the ledger does not know for long enough.

    Args:
        session: Of an apply.
        plan: What it is about to do.
    """
    ledger, memory = session.ledger, session.memory
    is_new = not memory.has_history
    warning = ci_warning(os.environ, ledger.place, is_new=is_new) if ledger is not None else ""
    if warning:
        session.common.console.say(warning)
    lags = {connection.name: connection.lag for connection in session.desired.connections}
    waits = set()
    for step in plan.steps:
        name = step.call.connection
        lag = lags.get(name, timedelta(0))
        scopes = {memory.scope(name, item.target) for item in step.items}
        if isinstance(step.change, Start) and not memory.has_known(scopes, lag):
            waits.add(lag)
    if not waits:
        return
    what = "there is no ledger"
    if ledger is not None:
        what = f"{ledger.place} " + (
            "is a new ledger" if is_new else "has not known these sources for long"
        )
    session.common.console.say(
        f"Note: {what}, so sources are looked at twice, {span(max(waits))} apart, before they "
        "start; a run that the vendor shows later than that cannot be known."
    )


def ask_for(plan: Plan) -> None:
    """Ask the person at the terminal.

    Args:
        plan: What is about to be done.

    Raises:
        UsageError: There is no terminal.
        click.Abort: The person said no.
    """
    if not sys.stdin.isatty():
        raise UsageError("there is no terminal to ask at; approve with --auto-approve")
    # asyncio would take Ctrl-C for itself and leave the question standing.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        question = f"Carry out {plural(len(plan.steps), 'call')}?"
        click.confirm(question, abort=True, err=True)
    finally:
        signal.signal(signal.SIGINT, before)
