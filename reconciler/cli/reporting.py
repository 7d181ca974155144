"""Files beside a result: JUnit for pipelines that show tests, metrics for Prometheus."""

# ruff: noqa: PLC0415 - only who asks for such a file needs what writes it

import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import ParamSpec, TypeVar

import click

from reconciler.cli.clock import SystemClock
from reconciler.cli.console import Console
from reconciler.cli.files import check_place, write_whole
from reconciler.cli.options import common_of
from reconciler.core.sight import Sight
from reconciler.errors import ReconcilerError, UsageError
from reconciler.model.outcome import ApplyReport
from reconciler.model.plan import Plan
from reconciler.records import Struct

P = ParamSpec("P")
R = TypeVar("R")

_FILE = click.Path(path_type=Path)
_PAUSED = "PAUSED"


def junit_option(command: Callable[P, R]) -> Callable[P, R]:
    """Add `--junit`."""
    return click.option(
        "--junit",
        type=_FILE,
        metavar="FILE",
        expose_value=False,
        callback=_placed,
        help="Write the result as JUnit XML as well, one test case per document.",
    )(command)


def metrics_option(command: Callable[P, R]) -> Callable[P, R]:
    """Add `--metrics-file`."""
    return click.option(
        "--metrics-file",
        type=_FILE,
        metavar="FILE",
        expose_value=False,
        callback=_placed,
        help="Write metrics for Prometheus' textfile collector as well.",
    )(command)


def _placed(ctx: click.Context, param: click.Parameter, value: Path | None) -> None:
    if value is not None:
        check_place(value, "the metrics" if param.name == "metrics_file" else "the report")
    ctx.meta[f"reconciler.{param.name}"] = value


class Reports(Struct, frozen=True):
    """Where reports of a run go.

    Attributes:
        command: The name of the command.
        junit: Where to, or None.
        metrics: Where to, or None.
        began: Seconds of the clock that never goes back.
        console: Told what could not be written.
    """

    command: str
    junit: Path | None
    metrics: Path | None
    began: float
    console: Console

    @property
    def wants_all(self) -> bool:
        """Whether topics that are as wanted have to be known one by one."""
        return self.junit is not None or self.metrics is not None

    def write(
        self,
        plan: Plan,
        exit_code: int,
        *,
        sight: Sight | None = None,
        report: ApplyReport | None = None,
    ) -> int:
        """Write what was asked for.

        Args:
            plan: What the command judged.
            exit_code: How it ends.
            sight: What was observed, or None.
            report: What an apply did, or None.

        Returns:
            How it ends now: what was done is done, so a file that cannot be written only makes an
            error of what was none.
        """
        try:
            self._write(plan, exit_code, sight, report)
        except UsageError as error:
            self.console.say(f"Error: {error}")
            return exit_code or ReconcilerError.exit_code
        return exit_code

    def _write(
        self, plan: Plan, exit_code: int, sight: Sight | None, report: ApplyReport | None
    ) -> None:
        if self.junit is not None:
            from reconciler.render import junit

            shape = junit.drift if self.command == "drift" else junit.plan
            write_whole(self.junit, shape(plan))
        if self.metrics is not None:
            from reconciler.render import prometheus

            clock = SystemClock()
            run = prometheus.Run(
                self.command,
                plan,
                exit_code,
                clock.now(),
                clock.monotonic() - self.began,
                report,
                oldest_pause(sight) if sight is not None else None,
            )
            write_whole(self.metrics, prometheus.write(run), is_public=True)


def reports_of(ctx: click.Context) -> Reports:
    """Where reports go, as given; a run begins now.

    Args:
        ctx: The running command's context.

    Raises:
        UsageError: One file is named for two results; the later would replace the earlier.
    """
    xml, metrics = ctx.meta.get("reconciler.junit"), ctx.meta.get("reconciler.metrics_file")
    places = [path for path in (xml, metrics, ctx.params.get("out")) if isinstance(path, Path)]
    for number, path in enumerate(places):
        if any(os.path.realpath(path) == os.path.realpath(other) for other in places[:number]):
            raise UsageError(f"{path} is named twice; give each result a file of its own")
    return Reports(
        ctx.info_name or "",
        xml if isinstance(xml, Path) else None,
        metrics if isinstance(metrics, Path) else None,
        SystemClock().monotonic(),
        common_of(ctx).console,
    )


def oldest_pause(sight: Sight) -> datetime | None:
    """Since when the mirror topic is paused that is so for longest, of the links that were listed.

    Args:
        sight: What was observed.
    """
    paused = [
        mirror.state_time
        for mirrors in sight.mirrors.values()
        for mirror in mirrors.values()
        if mirror.status == _PAUSED and mirror.state_time is not None
    ]
    return min(paused, default=None)
