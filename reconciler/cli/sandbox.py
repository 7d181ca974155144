"""`reconciler sandbox`: serve, world, reset, requests, runs."""

# ruff: noqa: PLC0415 - the sandbox is imported when it is asked for

import json
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import click

from reconciler.cli.options import Common, common, common_of, format_option
from reconciler.cli.wiring import open_sandbox, state_dir
from reconciler.core.words import plural
from reconciler.errors import ReconcilerError, UsageError

if TYPE_CHECKING:
    from reconciler.sandbox import Sandbox


@click.group("sandbox")
def command() -> None:
    """The embedded stand-in for both vendors: serve, fill, inspect.

    Its world is kept in .reconciler/sandbox between commands, and time in it goes on.

    \b
    Example:  reconciler sandbox requests
    """


@contextmanager
def _opened(common_: Common) -> Iterator["Sandbox"]:
    from reconciler.sandbox import SandboxError

    with ExitStack() as stack:
        try:
            yield open_sandbox(state_dir(common_.state_dir), stack)
        except SandboxError as error:
            raise UsageError(str(error)) from error


@command.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", type=click.IntRange(0, 65_535), default=8080, show_default=True, help="0 takes any."
)
@common
@click.pass_context
def serve(ctx: click.Context, host: str, port: int) -> int:
    """Serve the sandbox to any client: Streamkap at /, Confluent at /kafka/v3, control at /_sandbox.

    Point a Connection's endpoint at it, with credentials from the world (demo and demo).

    \b
    Example:  reconciler sandbox serve --port 8080
    """
    try:
        import uvicorn
    except ImportError as error:
        raise UsageError(
            "serving needs uvicorn: pip install 'streaming-reconciler[serve]'"
        ) from error
    given = common_of(ctx)
    with _opened(given) as sandbox:
        config = uvicorn.Config(
            sandbox.app,
            host=host,
            port=port,
            log_level="warning",
            server_header=False,
            date_header=False,
            lifespan="off",
        )
        listener = _bound(host, port)
        address, bound = listener.getsockname()[:2]
        with suppress(KeyboardInterrupt):  # uvicorn hands Ctrl-C on when it has ended
            given.console.say(f"Sandbox at http://{address}:{bound} (Ctrl-C ends it)")
            uvicorn.Server(config).run(sockets=[listener])
    return 0


def _bound(host: str, port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen()  # from here on whoever reads the address may connect
    except OSError as error:
        listener.close()
        raise UsageError(f"cannot listen on {host}:{port}: {error.strerror}") from error
    return listener


@command.command("world")
@click.option("--sources", type=click.IntRange(min=0), help="Sources to make.")
@click.option("--topics", type=click.IntRange(min=1), help="Topics of each source.")
@click.option("--links", type=click.IntRange(min=0), help="Cluster links to make.")
@click.option("--mirrors", type=click.IntRange(min=1), help="Mirror topics of each link.")
@click.option("--seed", type=int, default=1, show_default=True, help="Another seed, another world.")
@click.option(
    "--specs",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Write specs that fit the new world.",
)
@click.option(
    "--endpoint", default="sandbox", show_default=True, help="Endpoint that those specs name."
)
@common
@click.pass_context
def world(ctx: click.Context, /, specs: Path | None, **given: object) -> int:
    """Print the world as YAML, or put a generated one in its place.

    \b
    Examples:  reconciler sandbox world
               reconciler sandbox world --sources 100 --topics 20 --links 10 --mirrors 100 --specs big/
    """
    shared = common_of(ctx)
    sizes = {k: v for k in ("sources", "topics", "links", "mirrors") if (v := given[k]) is not None}
    if not sizes:
        if specs is not None:
            raise UsageError(
                "--specs needs a size: --sources and --topics, or --links and --mirrors"
            )
        with _opened(shared) as sandbox:
            shared.console.out(sandbox.world_text())
        return 0
    from reconciler.sandbox.generate import Size, generate
    from reconciler.sandbox.generate import specs as specs_for

    numbers = {name: _number(sizes.get(name, 10)) for name in ("topics", "mirrors")}
    size = Size(
        sources=_number(sizes.get("sources", 0)),
        links=_number(sizes.get("links", 0)),
        seed=_number(given["seed"]),
        **numbers,
    )
    made = generate(size)
    texts = specs_for(size, made, str(given["endpoint"]))
    if specs is not None:
        _write(specs, texts)
    with _opened(shared) as sandbox:
        sandbox.reset(dict(made))
    _remind(shared)
    told = [plural(size.sources, "source"), plural(size.links, "cluster link")]
    where = f"; specs in {specs}" if specs else ""
    shared.console.out(f"A new world with {' and '.join(told)}{where}.\n")
    return 0


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0


def _write(folder: Path, texts: dict[str, str]) -> None:
    """Write spec files into a new or empty folder, so that nothing is mixed or overwritten."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(f"{folder} is not an empty folder")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in sorted(texts.items()):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8")
    except OSError as error:
        raise ReconcilerError(f"cannot write to {folder}: {error.strerror}") from error


@command.command("reset")
@click.argument("file", required=False, type=click.Path(dir_okay=False, path_type=Path))
@common
@click.pass_context
def reset(ctx: click.Context, file: Path | None) -> int:
    """Begin anew: the sample world, or the world in a YAML or JSON FILE.

    \b
    Examples:  reconciler sandbox reset
               reconciler sandbox reset my-world.yaml
    """
    from reconciler.sandbox import SandboxError, sample_world
    from reconciler.sandbox.world import read_text

    given = common_of(ctx)
    try:
        document = sample_world() if file is None else read_text(file.read_bytes())
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror}") from error
    except SandboxError as error:
        raise UsageError(f"{file}: {error}") from error
    with _opened(given) as sandbox:
        sandbox.reset(document)
    _remind(given)
    given.console.out("The sandbox begins anew.\n")
    return 0


def _remind(given: Common) -> None:
    """Say that the world is new and the memory is not: what was done is still held to be done."""
    from reconciler.cli.ledgers import opened
    from reconciler.core.scopes import scopes_of

    with suppress(ReconcilerError), opened(given, writing=False) as ledger:
        if ledger and any("/sandbox/" in scope for scope in scopes_of(ledger.journal())):
            given.console.say(
                f"Note: the ledger at {ledger.place} remembers what was done in the former world. "
                "Move it away if it holds nothing else, or plan with --ledger none."
            )


@command.command("requests")
@format_option("text", "json")
@click.option("--clear", is_flag=True, help="Forget them afterwards.")
@common
@click.pass_context
def requests(ctx: click.Context, format_: str, *, clear: bool) -> int:
    """Show every request the sandbox was sent, oldest first.

    \b
    Example:  reconciler sandbox requests --clear
    """
    given = common_of(ctx)
    with _opened(given) as sandbox:
        entries = sandbox.requests()
        if clear:
            sandbox.clear_requests()
    if format_ == "json":
        given.console.out(json.dumps({"requests": entries}, indent=2) + "\n")
        return 0
    for entry in entries:
        query = entry.get("query")
        tail = f"?{urlencode(query, safe=',')}" if isinstance(query, dict) and query else ""
        words = [str(entry.get(name)) for name in ("time", "status", "method", "path")]
        given.console.out(f"{' '.join(words)}{tail}\n")
    given.console.say(f"{plural(len(entries), 'request')}")
    return 0


@command.command("runs")
@format_option("text", "json")
@common
@click.pass_context
def runs(ctx: click.Context, format_: str) -> int:
    """Show every snapshot run that ever started in the sandbox, as it really stands.

    \b
    Example:  reconciler sandbox runs --format json
    """
    given = common_of(ctx)
    with _opened(given) as sandbox:
        entries = sandbox.runs()
    if format_ == "json":
        given.console.out(json.dumps({"runs": entries}, indent=2) + "\n")
        return 0
    for entry in entries:
        topics = entry.get("topics")
        names = ", ".join(map(str, topics)) if isinstance(topics, list) else ""
        when = entry.get("started") or entry.get("submitted")
        given.console.out(
            f"{entry.get('number')} {when} {entry.get('status')} {entry.get('type')} "
            f"{entry.get('source_name')}: {names}\n"
        )
    given.console.say(f"{plural(len(entries), 'run')}")
    return 0
