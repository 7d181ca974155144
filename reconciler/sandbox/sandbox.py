"""Opening a sandbox: in a directory, for commands that follow each other, or in memory, for tests."""

import contextlib
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import cast

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount
from starlette.types import ASGIApp

from reconciler.sandbox import confluent, control
from reconciler.sandbox.context import Context
from reconciler.sandbox.gateway import CONTEXT, CONTROL, KAFKA_PATHS, Gateway
from reconciler.sandbox.lock import DirectoryLock, Holder, Tell
from reconciler.sandbox.problems import SandboxError, WorldInvalid
from reconciler.sandbox.state import State, WallClock
from reconciler.sandbox.store import Store
from reconciler.sandbox.streamkap.routes import Surroundings, refusal
from reconciler.sandbox.streamkap.routes import routes as streamkap_routes
from reconciler.sandbox.world import sample_world, world_document, write_yaml

STATE_FILE = "state.sqlite"
WAIT = 10.0
"""Seconds that a command waits for another one to let go of the directory."""


class Sandbox:
    """One world with both APIs over it.

    Args:
        state: What it holds.
        lock: What keeps other processes from its directory, or None in memory.

    Attributes:
        app: ASGI application, for an in-process client or a server; Streamkap at `/`, Confluent at
            `/kafka/v3` and `/v3`, control at `/_sandbox`. One event loop at a time may call it.
    """

    def __init__(self, state: State, lock: DirectoryLock | None = None) -> None:
        self._state = state
        self._lock = lock
        self.app: ASGIApp = Gateway(_application(state), state)

    def now(self) -> float:
        """The sandbox's time in seconds since 1970."""
        return self._state.now()

    def credential(self, vendor: str) -> tuple[str, str]:
        """The first name and secret that the world knows, for clients that were given none.

        Args:
            vendor: `streamkap` or `confluent`.

        Raises:
            WorldInvalid: The world has no credential for that vendor.
        """
        world = self._state.world
        if vendor == "streamkap":
            pairs = tuple((c.client_id, c.secret) for c in world.streamkap.project.credentials)
        else:
            pairs = world.confluent.credentials
        if not pairs:
            raise WorldInvalid(f"the sandbox's world has no credentials for {vendor}")
        return pairs[0]

    def world_text(self) -> str:
        """The world as YAML; `reset` takes it again."""
        return write_yaml(world_document(self._state.world, self._state.now()))

    def requests(self) -> list[Mapping[str, object]]:
        """Every request, oldest first, as `GET /_sandbox/requests` shows it."""
        return control.logged(self._state)

    def clear_requests(self) -> None:
        """Forget the requests so far."""
        self._state.clear_log()

    def runs(self) -> list[Mapping[str, object]]:
        """Every snapshot run, as `GET /_sandbox/runs` shows it."""
        return control.runs(self._state)

    def reset(self, world: Mapping[str, object] | None = None) -> None:
        """Begin anew.

        Args:
            world: Document of the new world; None is the sample.

        Raises:
            WorldInvalid: The document is wrong; everything stays as it was.
        """
        self._state.reset(sample_world() if world is None else world)

    def served_at(self, url: str) -> None:
        """Let commands that wait for this directory know where to ask instead.

        Args:
            url: Where the application is served.
        """
        if self._lock is not None:
            self._lock.name(Holder(str(os.getpid()), url))

    def close(self) -> None:
        """Close the state; the application must not be called any more."""
        self._state.store.close()


def in_memory_sandbox(world: Mapping[str, object] | None = None, *, clock: WallClock) -> Sandbox:
    """A sandbox without files.

    Args:
        world: Document of its world; None is the sample.
        clock: Real time in seconds since 1970; the sandbox's own begins with it.

    Raises:
        WorldInvalid: The document is wrong.
    """
    return Sandbox(State(Store(None), clock, sample_world() if world is None else world))


@contextlib.contextmanager
def open_sandbox(
    directory: Path,
    *,
    clock: WallClock,
    world: Mapping[str, object] | None = None,
    wait: float = WAIT,
    tell: Tell | None = None,
) -> Iterator[Sandbox]:
    """The sandbox of a directory, for one process at a time.

    Args:
        directory: Made if there is none.
        clock: Real time in seconds since 1970; between two commands it goes on.
        world: Document to begin with where there is no state yet; None is the sample.
        wait: Seconds to wait for another process.
        tell: Given a sentence where that takes longer than a moment, or None.

    Yields:
        The sandbox; it is closed at the end.

    Raises:
        SandboxBusy: Another process did not let go in time.
        StateUnreadable: The state is corrupt or something else; it is left as it is.
        WorldInvalid: The document is wrong.
        SandboxError: The directory cannot be used.
    """
    lock = DirectoryLock(directory, wait, tell)
    try:
        store = Store(directory / STATE_FILE)
        try:
            yield Sandbox(State(store, clock, sample_world() if world is None else world), lock)
        finally:
            store.close()
    finally:
        lock.release()


def set_aside(directory: Path, *, wait: float = WAIT, tell: Tell | None = None) -> Path:
    """Move a state that cannot be read out of the way, so that a new one can begin.

    Args:
        directory: The sandbox's.
        wait: Seconds to wait for another process.
        tell: Given a sentence where that takes longer than a moment, or None.

    Returns:
        Where the old file is now; an older one there is replaced.

    Raises:
        SandboxBusy: Another process did not let go in time.
        SandboxError: The file cannot be moved.
    """
    lock = DirectoryLock(directory, wait, tell)
    aside = directory / f"{STATE_FILE}.unreadable"
    try:
        (directory / STATE_FILE).replace(aside)
        for tail in ("-wal", "-shm"):
            (directory / f"{STATE_FILE}{tail}").unlink(missing_ok=True)
    except OSError as error:
        raise SandboxError(f"{directory / STATE_FILE} cannot be moved: {error.strerror}") from error
    finally:
        lock.release()
    return aside


def _application(state: State) -> Starlette:
    def context_of(request: Request) -> Context:
        context: Context = request.scope[CONTEXT]
        return context

    around = Surroundings(lambda _: state.world.streamkap, context_of)
    prefixes = tuple(path.rstrip("/") for path in KAFKA_PATHS)
    application = Starlette(
        routes=[
            Mount(CONTROL, routes=control.routes(state)),
            *confluent.routes(lambda _: state.world.confluent, context_of, prefixes),
            *streamkap_routes(around),
        ],
        exception_handlers={404: _refused, 405: _refused},
    )
    application.router.redirect_slashes = False
    return application


async def _refused(request: Request, error: Exception) -> Response:
    """An unknown path or method of the Streamkap API; the other one has its own words for it."""
    del request
    refused = cast("HTTPException", error)
    return refusal(refused.status_code, refused.detail, refused.headers)
