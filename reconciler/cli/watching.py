"""`status --watch`: look again and again, and show it: a screen on a terminal, else what changes."""

import json
import math
import os
import signal
import sys
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager, AbstractContextManager, ExitStack, suppress
from datetime import datetime, timedelta
from typing import Protocol

import anyio
import click
from anyio.abc import TaskStatus

from reconciler.cli.clock import SystemClock
from reconciler.cli.listing import NOTHING_LISTED, taken_from
from reconciler.cli.live import live
from reconciler.cli.options import Common, read_span
from reconciler.cli.session import Session, check_selection, load_specs, opening
from reconciler.core.select import Selection
from reconciler.core.watching import Known, compare
from reconciler.engine.events import silence
from reconciler.engine.halting import Halt
from reconciler.engine.planning import Planned
from reconciler.engine.watching import Viewer, WatchAsk, watch
from reconciler.errors import ReconcilerError
from reconciler.model.address import Address
from reconciler.model.call import Json
from reconciler.model.desired import Desired
from reconciler.model.plan import Plan
from reconciler.records import Struct, field, replace
from reconciler.render.json_parts import resources, time_text
from reconciler.render.lines import Line
from reconciler.render.text_watch import Watched, changes, failure, screen

USUAL = "10"
SHORTEST = timedelta(seconds=2)


def read_pause(text: str) -> timedelta:
    """Seconds, or a duration, between two looks.

    Args:
        text: As given.

    Raises:
        click.BadParameter: It is neither, or shorter than two seconds.
    """
    try:
        pause = read_span(f"{text}s" if text.replace(".", "", 1).isdecimal() else text)
    except click.BadParameter as error:
        raise click.BadParameter(
            f"{text!r} is no number of seconds; name paths before --watch, or write --watch=10"
        ) from error
    if pause < SHORTEST:
        raise click.BadParameter("look at most every 2 seconds; write --watch=2 or more")
    return pause


class Watch(Struct, frozen=True):
    """What is watched, and how.

    Attributes:
        common: Options of every command.
        selection: What is shown.
        every: Between two looks.
        until_settled: Whether to end once nothing is under way.
        format_: `text` or `json`.
        among: Documents that a list of files leaves, or None for all.
    """

    common: Common
    selection: Selection
    every: timedelta
    until_settled: bool
    format_: str
    among: frozenset[Address] | None = None


class Shown(Protocol):
    """Where looks are shown."""

    def show(self, planned: Planned) -> None:
        """Show a look."""
        ...

    def fail(self, error: ReconcilerError) -> None:
        """Say why a look showed nothing."""
        ...


class Told(Struct):
    """A line for every change, as text or as JSON.

    Attributes:
        watch: What is watched.
        known: What the looks so far showed.
        trouble: Why the last look showed nothing, or empty.
    """

    watch: Watch
    known: Known = field(default_factory=Known)
    trouble: str = ""

    def show(self, planned: Planned) -> None:
        """Print what is new."""
        is_first, self.trouble = not self.known.looks, ""
        self.known, news = compare(self.known, planned.plan)
        at = _now(self.watch)
        if self.watch.format_ == "text":
            rows = changes(news, at, plan=planned.plan, is_first=is_first)
            self._print(rows)
            return
        documents: list[dict[str, Json]] = [{"incomplete": text} for text in news.incomplete]
        documents += [{"observed_again": True}] * news.is_whole_again
        documents += [found for found in resources(news.changed) if isinstance(found, dict)]
        documents += [{"address": str(address), "verdict": None} for address in news.gone]
        self._put(documents, at)

    def fail(self, error: ReconcilerError) -> None:
        """Say it once, however often it fails in the same way."""
        if self.trouble == str(error):
            return
        self.trouble, at = str(error), _now(self.watch)
        if self.watch.format_ == "text":
            self._print(failure(str(error), at))
        else:
            self._put([{"failed": str(error)}], at)

    def _print(self, rows: Sequence[Line]) -> None:
        if rows:
            self.watch.common.console.lines(rows)

    def _put(self, documents: Sequence[dict[str, Json]], at: datetime) -> None:
        rows = [json.dumps({"at": time_text(at), **d}, sort_keys=True) for d in documents]
        if rows:
            self.watch.common.console.out("\n".join(rows) + "\n")


class Screen(Struct):
    """The whole terminal, drawn again several times a second.

    Attributes:
        watch: What is watched.
        clock: Time.
        watched: What is shown.
        next: Seconds of the clock that never goes back, when the next look begins.
    """

    watch: Watch
    clock: SystemClock
    watched: Watched = field(default_factory=Watched)
    next: float = 0.0

    def show(self, planned: Planned) -> None:
        """Keep what is to be drawn."""
        self.watched = Watched(planned.plan, _now(self.watch))
        self._pause()

    def fail(self, error: ReconcilerError) -> None:
        """Draw what was seen last, and that it is old."""
        self.watched = replace(self.watched, trouble=str(error))
        self._pause()

    def rows(self, width: int, height: int) -> list[Line]:
        """What is drawn now."""
        _ = width
        left = max(0, math.ceil(self.next - self.clock.monotonic()))
        return screen(replace(self.watched, waits=left), height)

    def drawn(self) -> AbstractContextManager[object]:
        """Draw while it is entered."""
        colors = self.watch.common.console.colors(sys.stdout)
        return live(sys.stdout, self.rows, colors=colors, screen=True)

    def _pause(self) -> None:
        self.next = self.clock.monotonic() + self.watch.every.total_seconds()


def watched(asked: Watch, paths: Sequence[str]) -> Plan | None:
    """Watch until Ctrl-C, or until nothing is under way.

    Args:
        asked: What is watched, and how.
        paths: Specs as given; read once.

    Returns:
        What the last look that was drawn on a screen showed, which is gone with it; None where every
        look was told in lines, or where listed files leave nothing to watch.

    Raises:
        UsageError: The specs or the selection mean nothing.
    """
    clock = SystemClock()
    is_screen = asked.format_ == "text" and _is_screen()
    shown: Told | Screen = Screen(asked, clock) if is_screen else Told(asked)
    with suppress(KeyboardInterrupt), ExitStack() as stack:  # Ctrl-C is how a watch ends
        desired = load_specs(paths, asked.common)
        asked = replace(asked, among=taken_from(asked.common, desired))
        chosen = check_selection(desired, replace(asked.selection, documents=asked.among))
        if asked.among is not None and not (chosen.sources or chosen.links):
            asked.common.console.say(NOTHING_LISTED)
            return None
        if isinstance(shown, Screen):
            stack.enter_context(shown.drawn())
        anyio.run(_run, asked, (desired, chosen), clock, shown)
    return shown.watched.plan if isinstance(shown, Screen) else None


def _is_screen() -> bool:
    return sys.stdout.isatty() and os.environ.get("TERM") != "dumb"


async def _run(
    asked: Watch, documents: tuple[Desired, Desired], clock: SystemClock, shown: Shown
) -> None:
    ask = WatchAsk(asked.every, Halt(clock), asked.until_settled)
    problem: ReconcilerError | OSError | None = None
    async with anyio.create_task_group() as group:
        await group.start(_heed_signals, group.cancel_scope)
        try:
            await _looks(asked, documents, ask, Viewer(shown.show, shown.fail))
        except (ReconcilerError, OSError) as error:  # the latter where nobody reads any more
            problem = error  # a group would wrap it, and nobody would know it any more
        except KeyboardInterrupt:  # pressed once more, while the first is heeded
            pass
        group.cancel_scope.cancel()
    if problem is not None:
        raise problem


async def _looks(
    asked: Watch, documents: tuple[Desired, Desired], ask: WatchAsk, viewer: Viewer
) -> None:
    def opened() -> AbstractAsyncContextManager[Session]:
        return opening(asked.common, documents, writes=False, listen=silence)

    if any(connection.is_sandbox for connection in documents[0].connections):
        # The embedded sandbox lets in one command at a time, and others want to work meanwhile.
        async def look() -> Planned:
            async with opened() as session:
                return await replace(session, among=asked.among).plan(asked.selection)

        await watch(look, ask, viewer)
        return
    async with opened() as session:
        chosen = replace(session, among=asked.among)
        await watch(lambda: chosen.plan(asked.selection), ask, viewer)


async def _heed_signals(scope: anyio.CancelScope, *, task_status: TaskStatus[None]) -> None:
    with anyio.open_signal_receiver(signal.SIGINT, signal.SIGTERM) as signals:
        task_status.started()
        async for _ in signals:
            scope.cancel()
            return


def _now(asked: Watch) -> datetime:
    return asked.common.now or SystemClock().now()
