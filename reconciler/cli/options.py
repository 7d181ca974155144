"""Options that several commands share, read into one value."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import ParamSpec, TypeVar

import click

from reconciler.cli.completing import addresses, labels
from reconciler.cli.console import Console
from reconciler.cli.environment import chosen_of, environment_options, environment_words
from reconciler.core.select import Selection, Selector, parse_selector
from reconciler.core.thresholds import DEFAULT_PERCENT, FEW, Brakes
from reconciler.records import Struct
from reconciler.spec import Chosen

P = ParamSpec("P")
R = TypeVar("R")

LEDGER = "RECONCILER_LEDGER"
_EARLIEST, _LATEST = 1970, 9000
_SPAN = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h|d)", re.ASCII)
_LONGEST = 36_500 * 86_400
_UNITS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86_400}


def read_time(text: str) -> datetime:
    """An RFC 3339 time with a zone.

    Args:
        text: As given.

    Raises:
        click.BadParameter: It is none.
    """
    try:
        time = datetime.fromisoformat(text)
    except ValueError as error:
        raise click.BadParameter(
            f"{text!r} is no time; write one like 2026-11-20T00:00:00Z"
        ) from error
    if time.tzinfo is None:
        raise click.BadParameter(f"{text!r} has no zone; write one like 2026-11-20T00:00:00Z")
    # Nearer to the ends of the calendar, reckoning with ages and deadlines would leave it.
    if not _EARLIEST <= time.year <= _LATEST:
        raise click.BadParameter(f"{text!r} is not between the years {_EARLIEST} and {_LATEST}")
    return time.astimezone(UTC)


def read_span(text: str) -> timedelta:
    """A duration such as `30s`, `10m`, `6h`, `7d`.

    Args:
        text: As given.

    Raises:
        click.BadParameter: It is none.
    """
    found = _SPAN.fullmatch(text.strip())
    if not found:
        raise click.BadParameter(f"{text!r} is no duration; write one like 30s, 10m, 6h or 7d")
    seconds = float(found[1]) * _UNITS[found[2]]
    if seconds > _LONGEST:
        raise click.BadParameter(f"{text!r} is longer than a hundred years; write a shorter one")
    return timedelta(seconds=seconds)


def read_folder(text: str) -> Path:
    """A folder, which need not exist yet.

    Args:
        text: As given.

    Raises:
        click.BadParameter: It is empty, a file, or not to be looked at.
    """
    if not text:
        raise click.BadParameter("it is empty; name a folder")
    path = Path(text)
    try:
        is_other = path.exists() and not path.is_dir()
    except OSError as error:
        raise click.BadParameter(f"{text!r} cannot be used: {error.strerror}") from error
    if is_other:
        raise click.BadParameter(f"{text!r} is a file; name a folder")
    return path


def read_selector(text: str) -> Selector:
    """`KIND/NAME` or `KIND/NAME/TOPIC`.

    Args:
        text: As given.

    Raises:
        click.BadParameter: It is none.
    """
    try:
        return parse_selector(text)
    except ValueError as error:
        raise click.BadParameter(str(error)) from error


def read_subject(text: str) -> Selector:
    """`KIND`, `KIND/NAME` or `KIND/NAME/TOPIC`.

    Args:
        text: As given.

    Raises:
        click.BadParameter: It is none.
    """
    try:
        return parse_selector(text if "/" in text else f"{text}/*")
    except ValueError as error:
        raise click.BadParameter(
            f"{text!r} is no KIND, KIND/NAME or KIND/NAME/TOPIC; kinds are Source and ClusterLink"
        ) from error


def read_reason(text: str) -> str:
    """Why somebody does something, in one line.

    Args:
        text: As given.

    Raises:
        click.BadParameter: It says nothing.
    """
    reason = " ".join(text.split())
    if not reason:
        raise click.BadParameter("it is empty; say why, such as INC-42")
    return reason


def read_label(text: str) -> tuple[str, str]:
    """`key=value`.

    Args:
        text: As given.

    Raises:
        click.BadParameter: It is none.
    """
    key, equals, value = text.partition("=")
    if not key or not equals:
        raise click.BadParameter(f"{text!r} is no label; write key=value")
    return (key, value)


class Common(Struct, frozen=True):
    """What every command takes.

    Attributes:
        console: Where text goes.
        state_dir: Where ledger and sandbox are kept, or None for `.reconciler`, found upwards.
        now: Time that beats every clock, or None.
        verbose: Whether nothing is folded.
        ledger: Path, URL or `none`, or None for the one in the state directory. A URL may hold a
            password: it is for opening, never for showing.
        chosen: The environment, or None.
        listed: Names of files whose documents are acted on (`--files-from`), or None.
    """

    console: Console
    state_dir: Path | None
    now: datetime | None
    verbose: bool
    ledger: str | None = None
    chosen: Chosen | None = None
    listed: tuple[str, ...] | None = None


def common(command: Callable[P, R]) -> Callable[P, R]:
    """Add the options of every command; they arrive in the context (`common_of`)."""
    options = [
        click.option(
            "--ledger",
            metavar="URL",
            envvar=LEDGER,
            expose_value=False,
            callback=_keep,
            help="Path or postgresql:// URL of the ledger, or none [env: RECONCILER_LEDGER; "
            "default: ledger.db in the state directory].",
        ),
        click.option(
            "--state-dir",
            type=read_folder,
            metavar="DIRECTORY",
            expose_value=False,
            callback=_keep,
            help="Where ledger and sandbox are kept [default: .reconciler, found upwards].",
        ),
        click.option(
            "--now",
            type=read_time,
            metavar="TIME",
            expose_value=False,
            callback=_keep,
            help="Judge as if it were this time; for rehearsals.",
        ),
        click.option(
            "--log-format",
            type=click.Choice(["text", "json"]),
            default="text",
            expose_value=False,
            callback=_keep,
            help="Progress on stderr as text or as JSON lines.",
        ),
        click.option(
            "-v",
            "--verbose",
            is_flag=True,
            expose_value=False,
            callback=_keep,
            help="Show everything; shorten no list.",
        ),
        click.option(
            "--no-color", is_flag=True, expose_value=False, callback=_keep, help="No colour."
        ),
    ]
    for option in reversed(options):
        command = option(command)
    return command


def _keep(ctx: click.Context, param: click.Parameter, value: object) -> None:
    ctx.meta[f"reconciler.{param.name}"] = value


def common_of(ctx: click.Context) -> Common:
    """The options of every command, as given.

    Args:
        ctx: The running command's context.
    """

    def given(name: str) -> object:
        return ctx.meta.get(f"reconciler.{name}")

    now, state, ledger = given("now"), given("state_dir"), given("ledger")
    listed = given("listed")
    verbose = bool(given("verbose"))
    console = Console(
        color=not given("no_color"), log_json=given("log_format") == "json", verbose=verbose
    )
    return Common(
        console,
        state if isinstance(state, Path) else None,
        now if isinstance(now, datetime) else None,
        verbose,
        ledger if isinstance(ledger, str) else None,
        chosen_of(ctx),
        listed if isinstance(listed, tuple) else None,
    )


def common_words(ctx: click.Context) -> tuple[str, ...]:
    """The options of every command as words, for a command that runs another.

    Args:
        ctx: The running command's context.
    """
    given = common_of(ctx)
    words = ["--log-format", str(ctx.meta.get("reconciler.log_format", "text"))]
    words += ["--verbose"] if given.verbose else []
    words += ["--no-color"] if ctx.meta.get("reconciler.no_color") else []
    words += [] if given.ledger is None else ["--ledger", given.ledger]
    words += [] if given.state_dir is None else ["--state-dir", str(given.state_dir)]
    words += [] if given.now is None else ["--now", given.now.isoformat()]
    return (*words, *environment_words(given.chosen))


def paths_argument(command: Callable[P, R]) -> Callable[P, R]:
    """Add `PATH…`, which defaults to `specs/`, and what specs may depend on."""
    return click.argument("paths", nargs=-1, metavar="[PATH]...")(environment_options(command))


def format_option(*formats: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Add `--format`.

    Args:
        formats: The first is the default.
    """
    return click.option(
        "--format",
        "format_",
        type=click.Choice(formats),
        default=formats[0],
        show_default=True,
        help="Shape of the result on stdout.",
    )


def selection_options(command: Callable[P, R]) -> Callable[P, R]:
    """Add `--select` and `--label`; they arrive as a `Selection` (`selection_of`)."""
    select = click.option(
        "--select",
        "selectors",
        type=read_selector,
        multiple=True,
        metavar="KIND/NAME[/TOPIC]",
        expose_value=False,
        callback=_keep,
        shell_complete=addresses,
        help="Only this; name and topic may be globs. May be repeated.",
    )
    label = click.option(
        "--label",
        "labels",
        type=read_label,
        multiple=True,
        metavar="K=V",
        expose_value=False,
        callback=_keep,
        shell_complete=labels,
        help="Only documents with this label. May be repeated.",
    )
    return select(label(command))


def selection_of(ctx: click.Context) -> Selection:
    """The selection as given.

    Args:
        ctx: The running command's context.
    """
    return Selection(
        tuple(ctx.meta.get("reconciler.selectors") or ()),
        tuple(ctx.meta.get("reconciler.labels") or ()),
    )


def brake_options(command: Callable[P, R]) -> Callable[P, R]:
    """Add `--max-changes` and `--max-percent`; they arrive as `Brakes` (`brakes_of`)."""
    changes = click.option(
        "--max-changes",
        type=click.IntRange(min=0),
        metavar="N",
        expose_value=False,
        callback=_keep,
        help="How many topics of a kind may change that neither an edit nor a person asked for; 0 is none.",
    )
    percent = click.option(
        "--max-percent",
        type=click.IntRange(0, 100),
        metavar="P",
        expose_value=False,
        callback=_keep,
        help="The same as a share of what is managed; 100 lifts it "
        f"[default: {DEFAULT_PERCENT}, above {FEW} of a kind].",
    )
    return changes(percent(command))


def break_glass_option(command: Callable[P, R]) -> Callable[P, R]:
    """Add `--break-glass`; it arrives as a text (`break_glass_of`)."""
    return click.option(
        "--break-glass",
        type=read_reason,
        metavar="REASON",
        expose_value=False,
        callback=_keep,
        help="Change also what the windows of policies defer; who did and why is recorded.",
    )(command)


def break_glass_of(ctx: click.Context) -> str:
    """Why windows are lifted; empty where they hold.

    Args:
        ctx: The running command's context.
    """
    return str(ctx.meta.get("reconciler.break_glass") or "")


def brakes_of(ctx: click.Context) -> Brakes:
    """The brakes as given.

    Args:
        ctx: The running command's context.
    """
    return Brakes(
        ctx.meta.get("reconciler.max_changes"),
        ctx.meta.get("reconciler.max_percent"),
    )
