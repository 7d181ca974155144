"""`reconciler init`: the files that a project begins with."""

import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from shlex import quote
from typing import TypeVar

import click

from reconciler import spec
from reconciler.cli.files import write_all
from reconciler.cli.options import common, common_of
from reconciler.cli.packaged import samples, template
from reconciler.cli.wiring import allowed_hosts
from reconciler.core.naming import slug
from reconciler.errors import UsageError
from reconciler.model.desired import ProviderName
from reconciler.records import Struct
from reconciler.spec.endpoints import hosts_of, parse_endpoint
from reconciler.spec.projects import (
    STREAMKAP_ENDPOINT,
    VARIABLES,
    NewConnection,
    connections_text,
    sample_text,
)
from reconciler.spec.scalars import Malformed

T = TypeVar("T")

STATE = ".reconciler"
IGNORED = (f"{STATE}/", "plan.json", "*.plan.json", "reconciler-plan/")
_IGNORE = (
    "# What the reconciler remembers on this machine: the sandbox, and a ledger that nobody shares.\n"
    f"{IGNORED[0]}\n"
    "# Saved plans (`reconciler plan --out`, `reconciler ci run`).\n"
    f"{IGNORED[1]}\n{IGNORED[2]}\n{IGNORED[3]}\n"
)
_CI = {"github": ".github/workflows/reconciler.yml", "gitlab": ".gitlab-ci.yml"}
_REST = "  REST endpoint of the destination cluster (https://pkc-*.confluent.cloud)"
_WHAT = "say --streamkap NAME, --confluent NAME or --sandbox, or run it at a terminal to be asked"


class _Wish(Struct, frozen=True):
    """What a person asks for.

    Attributes:
        connections: Connections to write; none with `sandbox`.
        sandbox: Whether it shall run at once, on the embedded sandbox.
        ci: `github`, `gitlab` or `none`.
    """

    connections: tuple[NewConnection, ...]
    sandbox: bool
    ci: str


@click.command("init")
@click.argument(
    "folder", type=click.Path(file_okay=False, path_type=Path), default=".", metavar="[DIR]"
)
@click.option("--sandbox", is_flag=True, help="Sample specs on the embedded sandbox; no account.")
@click.option("--streamkap", metavar="NAME", help="Name of a connection to Streamkap.")
@click.option("--streamkap-endpoint", metavar="URL", help=f"[default: {STREAMKAP_ENDPOINT}].")
@click.option("--confluent", metavar="NAME", help="Name of a connection to Confluent.")
@click.option(
    "--confluent-endpoint", metavar="URL", help="REST endpoint of the destination cluster."
)
@click.option(
    "--ci",
    type=click.Choice(["github", "gitlab", "none"]),
    help="CI files to write [default: none].",
)
@common
@click.pass_context
def command(ctx: click.Context, /, folder: Path, *, sandbox: bool, **given: str | None) -> int:
    """Make a project in DIR: connections, a sample, .gitignore, CI files. Overwrites nothing.

    Asks at a terminal for what no option says. Credentials are not asked for: specs name the
    environment variables that hold them.

    \b
    Examples:  reconciler init --sandbox
               reconciler init --streamkap streamkap-prod --ci github
               reconciler init west --confluent confluent-west \\
                 --confluent-endpoint https://pkc-00000.region.provider.confluent.cloud
    """
    wish = _wish(given, sandbox=sandbox)
    files = {folder / name: text for name, text in _files(wish).items()}
    there = [path for path in files if path.exists() or path.is_symlink()]
    in_the_way = [path for path in there if path.parent.name == "specs"]
    if in_the_way:
        raise UsageError(
            f"{in_the_way[0].as_posix()} is there already and is not overwritten; add connections to "
            "it by hand, or name another folder"
        )
    _check_kept(folder, there, sandbox=sandbox)
    write_all({path: text for path, text in files.items() if path not in there})
    if sandbox:
        (folder / STATE).mkdir(exist_ok=True)  # none further up is taken for it
    made = [path for path in files if path not in there]
    common_of(ctx).console.out("".join(_told(folder, wish, made, there)))
    return 0


def _check_kept(folder: Path, there: Sequence[Path], *, sandbox: bool) -> None:
    """Refuse what stands where a file or a folder is to be, before anything is made.

    Raises:
        UsageError: Something does.
    """
    for path in there:
        if not path.is_file():
            raise UsageError(f"{path.as_posix()} is no file; remove it, or name another folder")
    state = folder / STATE
    if sandbox and (state.exists() or state.is_symlink()) and not state.is_dir():
        raise UsageError(f"{state.as_posix()} is no folder; remove it, or name another folder")


def _wish(given: dict[str, str | None], *, sandbox: bool) -> _Wish:
    """What the options say, and a person at a terminal adds.

    Raises:
        UsageError: Nothing is asked for, or something that no spec may hold.
    """
    named = [option for option in ("streamkap", "confluent") if given[option]]
    for vendor in ("streamkap", "confluent"):
        if given[f"{vendor}_endpoint"] is not None and not given[vendor]:
            raise UsageError(f"--{vendor}-endpoint needs --{vendor} NAME")
    if sandbox and named:
        raise UsageError(f"--sandbox and --{named[0]} exclude each other")
    ci = given["ci"]
    if not sandbox and not named:
        if not sys.stdin.isatty():
            raise UsageError(f"which vendors? {_WHAT}")
        return _asked(ci)
    found = [
        _connection(ProviderName(name), given[name], given[f"{name}_endpoint"]) for name in named
    ]
    return _Wish(tuple(found), sandbox, ci or "none")


def _asked(ci: str | None) -> _Wish:
    """What a person at the terminal answers.

    Raises:
        UsageError: No connection is wanted, or something that no spec may hold.
    """
    found: list[NewConnection] = []
    if click.confirm("Connect to Streamkap?", default=True, err=True):
        found.append(_person_names(ProviderName.STREAMKAP, "  Endpoint", STREAMKAP_ENDPOINT))
    if click.confirm("Connect to Confluent?", default=True, err=True):
        found.append(_person_names(ProviderName.CONFLUENT, _REST, None))
    if not found:
        raise UsageError("nothing to connect to; `reconciler init --sandbox` needs no account")
    kinds = click.Choice(["github", "gitlab", "none"])
    ci = ci or click.prompt("CI files", type=kinds, default="none", err=True)
    return _Wish(tuple(found), sandbox=False, ci=ci)


def _person_names(provider: ProviderName, question: str, default: str | None) -> NewConnection:
    """A connection as a person answers; what no spec may hold is asked for again."""

    def named(answer: str) -> str:
        return _again(lambda: _name(provider, answer))

    def placed(answer: str) -> NewConnection:
        return _again(lambda: _connection(provider, name, answer))

    name = click.prompt(
        "  Name of the connection", default=f"{provider}-prod", value_proc=named, err=True
    )
    found: NewConnection = click.prompt(question, default=default, value_proc=placed, err=True)
    return found


def _again(read: Callable[[], T]) -> T:
    """What an answer means, or an error after which click asks again."""
    try:
        return read()
    except UsageError as error:
        raise click.UsageError(str(error)) from error


def _name(provider: ProviderName, name: str | None) -> str:
    if not name or slug(name, "") != name:
        raise UsageError(f"{name!r} is no name; write one like {provider}-prod")
    return name


def _connection(provider: ProviderName, name: str | None, endpoint: str | None) -> NewConnection:
    """A connection as it may stand in a spec.

    Raises:
        UsageError: It may not.
    """
    name = _name(provider, name)
    if not endpoint and provider is ProviderName.CONFLUENT:
        raise UsageError(
            "--confluent-endpoint is missing: the REST endpoint of the destination cluster, such as "
            "https://pkc-00000.region.provider.confluent.cloud"
        )
    try:
        place = parse_endpoint(endpoint or STREAMKAP_ENDPOINT, hosts_of(allowed_hosts()))
    except Malformed as error:
        raise UsageError(f"--{provider}-endpoint: {error.message}; {error.advice}") from error
    return NewConnection(name, provider, place)


def _files(wish: _Wish) -> dict[str, str]:
    """Every file of the project, in the order to tell them."""
    if wish.sandbox:
        texts = {f"specs/{path.name}": path.read_text("utf-8") for path in _sample_files()}
    else:
        texts = {
            "specs/connections.yaml": connections_text(wish.connections),
            "examples/sample.yaml": sample_text(wish.connections),
        }
    schema = json.dumps(spec.json_schema("draft-07"), indent=2) + "\n"
    texts |= {"schemas/reconciler.schema.json": schema, ".gitignore": _IGNORE}
    if wish.ci in _CI:
        texts[_CI[wish.ci]] = template(f"{wish.ci}.yml")
    return texts


def _sample_files() -> list[Path]:
    return sorted(samples().glob("*.yaml"))


def _told(folder: Path, wish: _Wish, made: Sequence[Path], kept: Sequence[Path]) -> list[str]:
    """What was done, and what to do next."""
    rows = ["Made:\n", *(f"  {path.as_posix()}\n" for path in made)]
    for path in kept:
        missing = _missing(path) if path.name == ".gitignore" else ""
        rows.append(f"Kept as it is: {path.as_posix()}{missing}\n")
    rows += ["\nNext:\n", *([f"  cd {quote(folder.as_posix())}\n"] if folder != Path() else [])]
    file = folder / _CI.get(wish.ci, "")
    needed = [f"\nThe head of {file.as_posix()} says what the pipeline needs.\n"]
    pipeline = needed if wish.ci in _CI else []
    if wish.sandbox:
        return [*rows, "  reconciler plan\n", "  reconciler apply\n", *pipeline]
    for connection in wish.connections:
        names = VARIABLES[connection.provider].values()
        rows.append(f"  export {' '.join(f'{name}=…' for name in names)}\n")
    has_clusters = any(c.provider is ProviderName.CONFLUENT for c in wish.connections)
    cluster = " --cluster lkc-…" if has_clusters else ""
    rows.append(f"  reconciler doctor{cluster}\n")
    for connection in wish.connections:
        is_kafka = connection.provider is ProviderName.CONFLUENT
        more = " --cluster lkc-…" if is_kafka else ""
        rows.append(f"  reconciler dump --connection {connection.name}{more} --out specs/\n")
    return [*rows, "  reconciler plan\n", *pipeline]


def _missing(path: Path) -> str:
    """Which lines a `.gitignore` that was there lacks."""
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        lines = []  # it is not ours to read, so that nobody knows what it lacks
    lacking = [line for line in IGNORED if line not in lines]
    return f"; add to it: {' '.join(lacking)}" if lacking else ""
