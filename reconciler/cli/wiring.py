"""Specs to providers: secrets resolved, the sandbox opened, one limiter per credential.

A third vendor is a new folder in `providers` and one more arm in `_open`.
"""

# ruff: noqa: PLC0415 - the sandbox and the vendors are imported when a connection needs them

import os
import signal
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from reconciler.cli.clock import wall
from reconciler.cli.options import Common
from reconciler.cli.secrets import resolve
from reconciler.errors import AuthFailed, ReconcilerError, UsageError
from reconciler.model.desired import Auth, Connection, ProviderName
from reconciler.model.secret import Secret
from reconciler.providers.protocol import Clock

if TYPE_CHECKING:
    from reconciler.providers.credential import ConfluentCredential, StreamkapCredential
    from reconciler.providers.surveyor import Surveyor
    from reconciler.sandbox import Sandbox

ALLOWED_HOSTS = "RECONCILER_ALLOWED_HOSTS"
Tell: TypeAlias = Callable[[str], None]


def allowed_hosts() -> tuple[str, ...]:
    """Hosts that the pipeline allows besides the vendors' own, from the environment."""
    return tuple(h for h in os.environ.get(ALLOWED_HOSTS, "").replace(",", " ").split() if h)


def state_dir(given: Path | None) -> Path:
    """Where state is kept: as given, else `.reconciler`, found upwards from here.

    Args:
        given: `--state-dir`, or None.

    Raises:
        UsageError: The current folder does not exist any more.
    """
    if given is not None:
        return given
    here = current_folder()
    for folder in (here, *here.parents):
        if (folder / ".reconciler").is_dir():
            return folder / ".reconciler"
        if (folder / ".git").exists():
            break
    else:
        folder = here
    return folder / ".reconciler"


def current_folder() -> Path:
    """Where the person stands.

    Raises:
        UsageError: Nowhere: the folder was removed meanwhile.
    """
    try:
        return Path.cwd()
    except FileNotFoundError as error:
        raise UsageError("the current folder does not exist any more; go to another") from error


def open_sandbox(directory: Path, stack: ExitStack, tell: Tell) -> "Sandbox":
    """Open the embedded sandbox; closed with the stack.

    Args:
        directory: The state directory.
        stack: What closes it.
        tell: Given a sentence for a person where another command has to be waited for.

    Raises:
        ReconcilerError: Another command holds it, or its state cannot be read.
    """
    from reconciler import sandbox

    opening = sandbox.open_sandbox(directory / "sandbox", clock=wall, tell=tell)
    try:
        with interruptible():
            return stack.enter_context(opening)
    except sandbox.SandboxError as error:
        raise ReconcilerError(str(error)) from error


@contextmanager
def opened_sandbox(common: Common) -> Iterator["Sandbox"]:
    """The embedded sandbox, for commands about itself.

    Args:
        common: Options of every command.

    Raises:
        ReconcilerError: Another command holds it, or its state cannot be read.
        UsageError: It was given a world that cannot be meant.
    """
    from reconciler.sandbox import SandboxError

    with ExitStack() as stack:
        try:
            yield open_sandbox(state_dir(common.state_dir), stack, common.console.say)
        except SandboxError as error:
            raise UsageError(str(error)) from error


@contextmanager
def interruptible() -> Iterator[None]:
    """Let Ctrl-C end a wait inside a coroutine; asyncio would hear it only afterwards."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


class Wiring:
    """Opens providers; one per command."""

    def __init__(self, directory: Path, clock: Clock, stack: ExitStack, tell: Tell) -> None:
        from reconciler.providers.pace import Limiters

        self._directory = directory
        self._stack = stack
        self._tell = tell
        self._limiters = Limiters(clock)
        self._sandbox: Sandbox | None = None

    @property
    def sandbox(self) -> "Sandbox":
        """The embedded sandbox, opened when it is first needed."""
        if self._sandbox is None:
            self._sandbox = open_sandbox(self._directory, self._stack, self._tell)
        return self._sandbox

    def open(self, connections: Iterable[Connection]) -> Mapping[str, "Surveyor"]:
        """A provider per connection; one that cannot be opened does not keep the others from it.

        Args:
            connections: Those that the command needs.
        """
        providers: dict[str, Surveyor] = {}
        for connection in connections:
            try:
                providers[connection.name] = self._open(connection)
            except (AuthFailed, UsageError) as error:
                providers[connection.name] = _unready(connection.name, error)
        return providers

    def _open(self, connection: Connection) -> "Surveyor":
        app = self.sandbox.app if connection.is_sandbox else None
        match connection.provider:
            case ProviderName.STREAMKAP:
                from reconciler.providers.streamkap import StreamkapProvider

                key = self._streamkap(connection)
                limiter = self._limiters.limiter_for(connection.endpoint, key, connection.limits)
                return StreamkapProvider.open(connection, key, limiter, app)
            case ProviderName.CONFLUENT:
                from reconciler.providers.confluent import ConfluentProvider

                secret = self._confluent(connection)
                limiter = self._limiters.limiter_for(connection.endpoint, secret, connection.limits)
                return ConfluentProvider.open(connection, secret, limiter, app)

    def _streamkap(self, connection: Connection) -> "StreamkapCredential":
        from reconciler.providers.credential import StreamkapCredential

        auth = connection.auth
        if connection.is_sandbox and auth == Auth():
            return StreamkapCredential(*self._of_world(connection))
        return StreamkapCredential(*resolve(connection, auth.client_id, auth.client_secret))

    def _confluent(self, connection: Connection) -> "ConfluentCredential":
        from reconciler.providers.credential import ApiKey, BearerToken

        auth = connection.auth
        if connection.is_sandbox and auth == Auth():
            return ApiKey(*self._of_world(connection))
        if auth.token is not None:
            return BearerToken(*resolve(connection, auth.token))
        return ApiKey(*resolve(connection, auth.api_key, auth.api_secret))

    def _of_world(self, connection: Connection) -> tuple[Secret, Secret]:
        """The credential that the sandbox's world offers to whoever brings none."""
        from reconciler.sandbox import SandboxError

        try:
            name, secret = self.sandbox.credential(connection.provider.value)
        except SandboxError as error:
            advice = "put one into the world, or name one in `auth`"
            request = "read the credential"
            raise AuthFailed(connection.name, request, str(error), advice) from error
        return (Secret(name), Secret(secret))


def _unready(name: str, error: AuthFailed | UsageError) -> "Surveyor":
    from reconciler.cli.unready import Unready

    return Unready(
        name, error if isinstance(error, AuthFailed) else AuthFailed(name, "open", str(error))
    )
