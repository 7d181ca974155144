"""Specs to providers: secrets resolved, the sandbox opened, one limiter per credential.

A third vendor is a new folder in `providers` and one more arm in `_open`.
"""

# ruff: noqa: PLC0415 - the sandbox and the vendors are imported when a connection needs them

import os
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from reconciler.cli.clock import wall
from reconciler.cli.unready import Unready
from reconciler.errors import AuthFailed, ReconcilerError, UsageError
from reconciler.model.desired import Auth, Connection, ProviderName, SecretRef
from reconciler.model.secret import Secret
from reconciler.providers.protocol import Clock, Provider

if TYPE_CHECKING:
    from reconciler.providers.credential import ConfluentCredential, StreamkapCredential
    from reconciler.sandbox import Sandbox

ALLOWED_HOSTS = "RECONCILER_ALLOWED_HOSTS"


def allowed_hosts() -> tuple[str, ...]:
    """Hosts that the pipeline allows besides the vendors' own, from the environment."""
    return tuple(h for h in os.environ.get(ALLOWED_HOSTS, "").replace(",", " ").split() if h)


def state_dir(given: Path | None) -> Path:
    """Where state is kept: as given, else `.reconciler`, found upwards from here.

    Args:
        given: `--state-dir`, or None.
    """
    if given is not None:
        return given
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / ".reconciler").is_dir():
            return folder / ".reconciler"
        if (folder / ".git").exists():
            break
    else:
        folder = here
    return folder / ".reconciler"


def open_sandbox(directory: Path, stack: ExitStack) -> "Sandbox":
    """Open the embedded sandbox; closed with the stack.

    Args:
        directory: The state directory.
        stack: What closes it.

    Raises:
        ReconcilerError: Another command holds it, or its state cannot be read.
    """
    from reconciler import sandbox

    try:
        return stack.enter_context(sandbox.open_sandbox(directory / "sandbox", clock=wall))
    except sandbox.SandboxError as error:
        raise ReconcilerError(str(error)) from error


class Wiring:
    """Opens providers; one per command."""

    def __init__(self, directory: Path, clock: Clock, stack: ExitStack) -> None:
        from reconciler.providers.pace import Limiters

        self._directory = directory
        self._stack = stack
        self._limiters = Limiters(clock)
        self._sandbox: Sandbox | None = None

    @property
    def sandbox(self) -> "Sandbox":
        """The embedded sandbox, opened when it is first needed."""
        if self._sandbox is None:
            self._sandbox = open_sandbox(self._directory, self._stack)
        return self._sandbox

    def open(self, connections: Iterable[Connection]) -> Mapping[str, Provider]:
        """A provider per connection; one that cannot be opened does not keep the others from it.

        Args:
            connections: Those that the command needs.
        """
        providers: dict[str, Provider] = {}
        for connection in connections:
            try:
                providers[connection.name] = self._open(connection)
            except AuthFailed as error:
                providers[connection.name] = Unready(connection.name, error)
            except UsageError as error:
                failed = AuthFailed(connection.name, "open", str(error))
                providers[connection.name] = Unready(connection.name, failed)
        return providers

    def _open(self, connection: Connection) -> Provider:
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

        if connection.is_sandbox and connection.auth == Auth():
            return StreamkapCredential(*self._of_world(connection))
        return StreamkapCredential(
            resolve(connection, connection.auth.client_id),
            resolve(connection, connection.auth.client_secret),
        )

    def _confluent(self, connection: Connection) -> "ConfluentCredential":
        from reconciler.providers.credential import ApiKey, BearerToken

        auth = connection.auth
        if connection.is_sandbox and auth == Auth():
            return ApiKey(*self._of_world(connection))
        if auth.token is not None:
            return BearerToken(resolve(connection, auth.token))
        return ApiKey(resolve(connection, auth.api_key), resolve(connection, auth.api_secret))

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


def resolve(connection: Connection, reference: SecretRef | None) -> Secret:
    """Fetch a secret from where its reference points.

    Args:
        connection: The connection it belongs to.
        reference: Where it is.

    Raises:
        AuthFailed: There is nothing; the message names the place, never a value.
    """
    request = "read the credential"
    if reference is None:
        raise AuthFailed(connection.name, request, "a part of `auth` is missing")
    if reference.env:
        value = os.environ.get(reference.env, "")
        advice = f"set {reference.env}"
    else:
        try:
            value = Path(reference.file).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise AuthFailed(
                connection.name,
                request,
                f"file {reference.file} cannot be read",
                "look at its path",
            ) from error
        advice = f"write it to {reference.file}"
    if not value:
        raise AuthFailed(connection.name, request, f"{reference} is empty or not set", advice)
    return Secret(value)
