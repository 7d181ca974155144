"""`reconciler sandbox`: serve, world, reset, requests, runs."""

# ruff: noqa: PLC0415 - the sandbox is imported when it is asked for

import json
import socket
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlencode

import click

from reconciler.cli.anew import begin_anew
from reconciler.cli.files import read_bounded
from reconciler.cli.options import Common, common, common_of, format_option
from reconciler.cli.wiring import opened_sandbox, state_dir
from reconciler.cli.world import world
from reconciler.core.words import plural
from reconciler.errors import ReconcilerError, UsageError

_ANEW = "The sandbox begins anew.\n"


@click.group("sandbox")
def command() -> None:
    """The embedded stand-in for both vendors: serve, fill, inspect.

    Its world is kept in .reconciler/sandbox between commands, and time in it goes on.

    \b
    Example:  reconciler sandbox requests
    """


command.add_command(world)


@command.command("serve", short_help="Answer over HTTP, to any client.")
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
            "serving needs the extra `serve`, in a checkout pip install '.[serve]'"
        ) from error
    given = common_of(ctx)
    with opened_sandbox(given) as sandbox:
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
        url = f"http://[{address}]:{bound}" if ":" in address else f"http://{address}:{bound}"
        sandbox.served_at(url)
        with suppress(KeyboardInterrupt):  # uvicorn hands Ctrl-C on when it has ended
            given.console.say(f"Sandbox at {url} (Ctrl-C ends it)")
            uvicorn.Server(config).run(sockets=[listener])
    return 0


def _bound(host: str, port: int) -> socket.socket:
    if not host:
        raise UsageError("--host is empty; write 127.0.0.1, or 0.0.0.0 for every address")
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen()  # from here on whoever reads the address may connect
    except (OSError, TypeError) as error:  # the latter where a name has no encoding
        listener.close()
        why = error.strerror if isinstance(error, OSError) else "that is no host"
        raise UsageError(f"cannot listen on {host}:{port}: {why}") from error
    return listener


@command.command("reset", short_help="Begin anew, with the sample world or one from a file.")
@click.argument("file", required=False, type=click.Path(dir_okay=False, path_type=Path))
@common
@click.pass_context
def reset(ctx: click.Context, file: Path | None) -> int:
    """Begin anew: the sample world, or the world in a YAML or JSON FILE.

    The ledger in the state directory goes with the old world, unless it knows real endpoints too.

    \b
    Examples:  reconciler sandbox reset
               reconciler sandbox reset my-world.yaml
    """
    from reconciler.sandbox import StateUnreadable

    given = common_of(ctx)
    document = _document(file)
    try:
        begin_anew(given, document, _ANEW)
    except ReconcilerError as error:
        if not isinstance(error.__cause__, StateUnreadable):
            raise
        _renew(given, document)
    return 0


def _document(file: Path | None) -> Mapping[str, object]:
    """The world to begin with.

    Raises:
        UsageError: The file holds none.
    """
    from reconciler.sandbox import SandboxError, sample_world
    from reconciler.sandbox.world import read_text

    try:
        return sample_world() if file is None else read_text(read_bounded(file))
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror}") from error
    except SandboxError as error:
        raise UsageError(f"{file}: {error}") from error


def _renew(given: Common, document: Mapping[str, object]) -> None:
    """Begin anew where the old state cannot be read."""
    from reconciler.sandbox import SandboxError, set_aside

    try:
        old = set_aside(state_dir(given.state_dir) / "sandbox", tell=given.console.say)
    except SandboxError as error:
        raise ReconcilerError(str(error)) from error
    given.console.say(f"The old state could not be read; it is kept as {old}.")
    begin_anew(given, document, _ANEW)


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
    with opened_sandbox(given) as sandbox:
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


@command.command("runs", short_help="Show every snapshot run as it really stands.")
@format_option("text", "json")
@common
@click.pass_context
def runs(ctx: click.Context, format_: str) -> int:
    """Show every snapshot run that ever started in the sandbox, as it really stands.

    \b
    Example:  reconciler sandbox runs --format json
    """
    given = common_of(ctx)
    with opened_sandbox(given) as sandbox:
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
