"""`reconciler ci`: run, comment, annotate, stamp, reviewed, check."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import ParamSpec, TypeVar

import click

from reconciler.ci.annotations import github_commands, gitlab_report
from reconciler.ci.marker import Marker, Told, environment_name
from reconciler.ci.stamp import check_stamp, stamp_of, write_stamp
from reconciler.ci.surroundings import Platform, platform_of, surroundings
from reconciler.cli.commenting import Telling, append, beside, bytes_of, look_up, tell
from reconciler.cli.files import check_place, write_whole
from reconciler.cli.options import common, common_of, common_words, paths_argument
from reconciler.cli.piping import PAGE, RESULT, Task, Work, outputs, work
from reconciler.cli.saved import read_plan
from reconciler.cli.session import load_specs
from reconciler.errors import Diagnostic, SpecInvalid, UsageError

P = ParamSpec("P")
R = TypeVar("R")

_FILE = click.Path(path_type=Path)


@click.group("ci")
def command() -> None:
    """For jobs of GitHub Actions and GitLab CI: one comment, annotations, a stamped plan.

    \b
    Example:  reconciler ci comment plan.md --environment production
    """


def _environment(command: Callable[P, R]) -> Callable[P, R]:
    return click.option(
        "--environment",
        required=True,
        metavar="NAME",
        help="Which of several estates; each has a comment of its own.",
    )(command)


def _author(command: Callable[P, R]) -> Callable[P, R]:
    return click.option(
        "--author",
        metavar="LOGIN",
        default="",
        help="Who comments for us [default: github-actions[bot]; on GitLab the token's user].",
    )(command)


@command.command("run", context_settings={"ignore_unknown_options": True})
@click.argument("task", type=click.Choice([task.value for task in Task]), metavar="TASK")
@click.argument("words", nargs=-1, type=click.UNPROCESSED, metavar="[WORD]...")
@_environment
@click.option(
    "--folder",
    type=_FILE,
    default="reconciler-plan",
    show_default=True,
    metavar="DIRECTORY",
    help="Where plan.json, its stamp, page.md and result.env are, or shall be.",
)
@click.option(
    "--commit", default="", metavar="SHA", help="apply: carry out the plan of this commit."
)
@click.option("--approval", default="", metavar="DIGEST", help="apply: what was approved of it.")
@common
@click.pass_context
def run(ctx: click.Context, /, task: str, words: tuple[str, ...], **given: str | Path) -> int:
    """Do one TASK of a pipeline: validate, plan, apply or drift.

    WORDs are specs, and after them options, as that command takes them. The plan is saved with a stamp
    that says of which commit it is, the result is a page for `ci comment`, and later steps find how it
    ended in result.env, and in GITHUB_OUTPUT. apply asks nobody; with --commit it carries out the plan in the folder if it
    is of that commit, and plans anew without.

    \b
    Examples:  reconciler ci run plan --environment production specs/
               reconciler ci run apply --environment production specs/ --allow disruptive

    Exit codes: those of the command, except that a plan with something to do, or something blocked, is 0.
    """
    environment = environment_name(str(given["environment"]))
    folder, commit, approval = Path(given["folder"]), str(given["commit"]), str(given["approval"])
    if bool(commit) != bool(approval):
        raise UsageError("--commit and --approval go together")
    left = work(
        Work(Task(task), (*words, *common_words(ctx)), environment, folder, commit, approval)
    )
    write_whole(folder / RESULT, outputs(left))
    if place := os.environ.get("GITHUB_OUTPUT"):
        append(Path(place), outputs(left))
    common_of(ctx).console.out((folder / PAGE).read_text(encoding="utf-8") if left.told else "")
    return left.exit_code if left.is_failure else 0


@command.command("annotate", short_help="Say every error of the specs at its file and line.")
@paths_argument
@click.option("--out", type=_FILE, metavar="FILE", help="Write GitLab's code quality report there.")
@common
@click.pass_context
def annotate(ctx: click.Context, paths: tuple[str, ...], out: Path | None) -> int:
    """Validate, and say every error where a reviewer reads: at its file and line.

    On GitHub Actions it prints a command for each, beside what validate prints. For GitLab, --out
    makes the report that is shown beside the change.

    \b
    Example:  reconciler ci annotate specs/

    Exit codes: 0 valid, 2 usage or invalid specs.
    """
    given = common_of(ctx)
    if out is not None:
        check_place(out, "the report")

    def say(errors: tuple[Diagnostic, ...], warnings: tuple[str, ...]) -> None:
        if out is not None:
            write_whole(out, gitlab_report(errors))
        if platform_of(os.environ) is Platform.GITHUB:
            given.console.commands(github_commands(errors, warnings))

    try:
        warnings = load_specs(paths, given).warnings
    except SpecInvalid as error:
        say(error.diagnostics, ())
        raise
    say((), warnings)
    return 0


@command.command("comment", short_help="Keep one comment on the pull request up to date.")
@click.argument("page", type=_FILE, metavar="FILE")
@_environment
@_author
@click.option(
    "--of",
    type=click.Choice([word.value for word in Told]),
    default=Told.PLAN.value,
    show_default=True,
    help="What it tells of; each has a comment of its own.",
)
@click.option(
    "--exit-code",
    type=click.IntRange(0, 255),
    default=3,
    show_default=True,
    metavar="N",
    help="How the command ended that made the page.",
)
@click.option("--plan", type=_FILE, metavar="FILE", help="The plan file that was saved with it.")
@click.option("--artifact", default="", metavar="URL", help="Where the plan file is kept.")
@click.option(
    "--pull",
    type=click.IntRange(min=1),
    metavar="N",
    help="Pull request [default: the one of the job].",
)
@common
@click.pass_context
def comment(
    ctx: click.Context,
    /,
    page: Path,
    environment: str,
    author: str,
    **given: str | int | Path | None,
) -> int:
    """Keep one comment on the pull request up to date with a page of Markdown.

    A page with nothing to do (--exit-code 0) makes no comment, but brings an older one up to date;
    that of an apply is always told. On GitHub the page is in the summary of the job as well, and
    stays there where the token may not comment, as on pull requests of forks.

    \b
    Examples:  reconciler ci comment plan.md --environment production
               reconciler ci comment plan.md --environment production --plan plan.json --exit-code 9

    Exit codes: 0 done, or not permitted; 1 the platform failed; 2 usage.
    """
    plan, code, pull = given["plan"], given["exit_code"], given["pull"]
    telling = Telling(
        page,
        Told(str(given["of"])),
        environment_name(environment),
        code if isinstance(code, int) else 0,
        plan if isinstance(plan, Path) else None,
        str(given["artifact"] or ""),
        pull if isinstance(pull, int) else None,
        author,
    )
    tell(telling, common_of(ctx).console)
    return 0


@command.command("stamp")
@click.argument("plan", type=_FILE, metavar="PLAN")
@_environment
@common
@click.pass_context
def stamp(ctx: click.Context, plan: Path, environment: str) -> int:
    """Note beside a plan file of which commit it is, in PLAN.stamp.

    \b
    Example:  reconciler ci stamp plan.json --environment production

    Exit codes: 0 stamped, 2 usage, or no plan file.
    """
    _ = ctx
    read_plan(plan)
    made = stamp_of(bytes_of(plan), surroundings(os.environ).commit, environment_name(environment))
    write_whole(beside(plan), write_stamp(made))
    return 0


@command.command("reviewed", short_help="Print what was reviewed before the merge.")
@_environment
@_author
@click.option(
    "--download", type=_FILE, metavar="PLAN", help="On GitLab: fetch plan file and stamp to there."
)
@common
@click.pass_context
def reviewed(ctx: click.Context, environment: str, author: str, download: Path | None) -> int:
    """Print what was reviewed before this commit was merged: pull, commit, run and approval.

    One NAME=VALUE a line, as GITHUB_OUTPUT takes them. Nothing is printed where there is nothing to
    carry out: no pull request, no plan in it, or one that does nothing.

    \b
    Example:  reconciler ci reviewed --environment production

    Exit codes: 0 looked up, 1 the platform failed, 2 the plan is not of the commit that was merged.
    """
    console = common_of(ctx).console
    if download is not None:
        check_place(download, "the plan")
    known = look_up(Marker(Told.PLAN, environment_name(environment)), author, download)
    if known.request is None or known.marker is None or known.why:
        console.say(f"Nothing to carry out: {known.why}.")
        return 0
    marker = known.marker
    rows = {
        "pull": known.request.number,
        "commit": marker.commit,
        "run": marker.run,
        "approval": marker.approval,
    }
    console.out("".join(f"{name}={value}\n" for name, value in rows.items()))
    return 0


@command.command("check", short_help="Refuse a plan file that is not the reviewed one.")
@click.argument("plan", type=_FILE, metavar="PLAN")
@_environment
@click.option("--commit", required=True, metavar="SHA", help="The commit that was reviewed.")
@common
@click.pass_context
def check(ctx: click.Context, plan: Path, environment: str, commit: str) -> int:
    """Refuse a plan file that is of another commit or environment than was reviewed.

    \b
    Example:  reconciler ci check plan.json --environment production --commit 1f6c9e0

    Exit codes: 0 it is that plan, 2 it is not.
    """
    _ = ctx
    note = bytes_of(beside(plan)).decode(errors="replace")
    check_stamp(note, stamp_of(bytes_of(plan), commit, environment_name(environment)))
    return 0
