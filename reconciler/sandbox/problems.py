"""What can go wrong with a sandbox, apart from what it answers on purpose.

SandboxError            a person must do something; the message says what
├── SandboxBusy         another process holds the directory
├── StateUnreadable     the state file is corrupt, or is not ours
└── WorldInvalid        a world document that cannot be meant
ConnectionDropped       not an error of the sandbox: a fault broke the connection
"""


class SandboxError(Exception):
    """The sandbox cannot go on; the message is a plain sentence."""


class SandboxBusy(SandboxError):
    """Another process has the sandbox open and did not let go in time."""


class StateUnreadable(SandboxError):
    """The state file cannot be read; it was left as it is."""


class WorldInvalid(SandboxError, ValueError):
    """A world document is wrong; the message names the place."""


class ConnectionDropped(ConnectionResetError):
    """A fault rule closed the connection without an answer.

    Raised through the ASGI application where it is called in process; over a real socket the
    connection is closed instead.
    """
