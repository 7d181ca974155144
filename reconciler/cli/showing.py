"""Print a plan, a drift, a status or a report in the shape that was asked for."""

# ruff: noqa: PLC0415 - only the renderer that is needed is imported

import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from reconciler.cli.console import width_of
from reconciler.cli.environment import chosen_of, environment_words
from reconciler.cli.ledgers import shown
from reconciler.cli.listing import listing_words
from reconciler.cli.options import Common
from reconciler.engine.planning import Planned
from reconciler.model.call import Json
from reconciler.model.outcome import ApplyReport, Outcome
from reconciler.model.plan import Plan
from reconciler.records import Struct, replace
from reconciler.render.view import View

if TYPE_CHECKING:
    from reconciler.render.lines import Line


def view_of(
    ctx: click.Context,
    paths: Sequence[str],
    *,
    allow: bool = False,
    applying: bool = False,
    plan_file: str = "",
) -> View:
    """How to show, and what a command to copy has to repeat.

    Args:
        ctx: The running command's context.
        paths: Specs as given.
        allow: Whether `--allow disruptive` was given.
        applying: Whether apply shows it.
        plan_file: Where the plan was saved, or empty.
    """
    options = [] if plan_file else _selected(ctx)
    # A saved plan holds no windows: they are asked again when it is carried out.
    reason = ctx.meta.get("reconciler.break_glass")
    options += ["--break-glass", str(reason)] if reason else []
    options += environment_words(chosen_of(ctx))
    directory = ctx.meta.get("reconciler.state_dir")
    if directory is not None:
        options += ["--state-dir", str(directory)]
    ledger = ctx.meta.get("reconciler.ledger")
    if ledger and ctx.get_parameter_source("ledger") is ParameterSource.COMMANDLINE:
        options += ["--ledger", shown(str(ledger))]
    return View(
        paths=tuple(paths),
        options=tuple(options),
        allow_disruptive=allow,
        applying=applying,
        plan_file=plan_file,
        verbose=bool(ctx.meta.get("reconciler.verbose")),
        width=width_of(sys.stdout),
    )


def rehearsed(view: View, common: Common, planned: Planned) -> View:
    """The view with `--now` for the next command, where it was given and apply takes it.

    Args:
        view: How to show.
        common: Options of every command.
        planned: What the next command carries out.
    """
    desired, judged = planned.desired, {f.address.document for f in planned.plan.findings}
    used = {d.connection for d in desired.sources if d.address in judged}
    used |= {d.connection for d in desired.links if d.address in judged}
    if common.now is None or not all(desired.connection(name).is_sandbox for name in used):
        return view
    now = common.now.isoformat().replace("+00:00", "Z")
    return replace(view, options=(*view.options, "--now", now))


def _selected(ctx: click.Context) -> list[str]:
    """Selection and brakes as words; a saved plan is selected and braked, so that it needs none."""
    options: list[str] = []
    for selector in ctx.meta.get("reconciler.selectors") or ():
        parts = [selector.kind.value, selector.name, selector.topic]
        options += ["--select", "/".join(part for part in parts if part)]
    for key, value in ctx.meta.get("reconciler.labels") or ():
        options += ["--label", f"{key}={value}"]
    for name in ("max_changes", "max_percent"):
        value = ctx.meta.get(f"reconciler.{name}")
        if value is not None:
            options += [f"--{name.replace('_', '-')}", str(value)]
    return options + listing_words(ctx)


class Shapes(Struct, frozen=True):
    """The three shapes of one result; only the one that is asked for is made.

    Attributes:
        text: Lines for a person.
        json: A document for a program.
        markdown: A comment for a pull request.
    """

    text: Callable[[], Sequence["Line"]]
    json: Callable[[], dict[str, Json]]
    markdown: Callable[[], str]


def show(common: Common, format_: str, shapes: Shapes) -> None:
    """Print a result.

    Args:
        common: Options of every command.
        format_: `text`, `json` or `markdown`.
        shapes: What to print.
    """
    if format_ == "json":
        from reconciler.render import json_view

        common.console.out(json_view.dumps(shapes.json()))
    elif format_ == "markdown":
        common.console.out(shapes.markdown())
    else:
        common.console.lines(shapes.text())


def plan_shapes(plan: Plan, view: View, words: Sequence[Outcome]) -> Shapes:
    """A plan.

    Args:
        plan: The plan.
        view: How to show.
        words: All true words.
    """

    def text() -> Sequence["Line"]:
        from reconciler.render import text_plan

        return text_plan.plan(plan, view)

    def json() -> dict[str, Json]:
        from reconciler.render import json_view

        return json_view.plan(plan, words)

    def page() -> str:
        from reconciler.render import markdown

        return markdown.plan(plan, view)

    return Shapes(text, json, page)


def comparison_shapes(old: Plan, new: Plan, view: View) -> Shapes:
    """What differs between a plan and one that was saved before.

    Args:
        old: The saved one.
        new: The one of now.
        view: How to show.
    """
    from reconciler.render import comparison_views
    from reconciler.render.comparison import compare

    found = compare(old, new)
    return Shapes(
        lambda: comparison_views.text(found, view),
        lambda: comparison_views.document(found),
        lambda: comparison_views.markdown(found),
    )


def drift_shapes(plan: Plan, view: View, words: Sequence[Outcome]) -> Shapes:
    """What is not as the specs want it.

    Args:
        plan: The plan that shows it.
        view: How to show.
        words: All true words.
    """

    def text() -> Sequence["Line"]:
        from reconciler.render import text_state

        return text_state.drift(plan, view)

    def json() -> dict[str, Json]:
        from reconciler.render import json_view

        return json_view.drift(plan, words)

    def page() -> str:
        from reconciler.render import markdown

        return markdown.drift(plan, view)

    return Shapes(text, json, page)


def status_shapes(plan: Plan, view: View, words: Sequence[Outcome]) -> Shapes:
    """How everything stands.

    Args:
        plan: The plan that shows it.
        view: How to show.
        words: All true words.
    """

    def text() -> Sequence["Line"]:
        from reconciler.render import text_state

        return text_state.status(plan, view)

    def json() -> dict[str, Json]:
        from reconciler.render import json_view

        return json_view.status(plan, words)

    def page() -> str:
        from reconciler.render import markdown

        return markdown.status(plan, view)

    return Shapes(text, json, page)


def report_shapes(report: ApplyReport, plan: Plan, view: View, words: Sequence[Outcome]) -> Shapes:
    """What an apply did.

    Args:
        report: What became of everything.
        plan: What was carried out.
        view: How to show.
        words: All true words.
    """

    def text() -> Sequence["Line"]:
        from reconciler.render import text_report

        return text_report.report(report, plan, view)

    def json() -> dict[str, Json]:
        from reconciler.render import json_view

        return json_view.report(report, plan, words)

    def page() -> str:
        from reconciler.render import markdown

        return markdown.report(report, plan)

    return Shapes(text, json, page)
