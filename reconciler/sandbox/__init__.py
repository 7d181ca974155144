"""The sandbox: both vendors' APIs over one small world, as an independent witness.

Promise: it is written from `docs/apis/`, imports nothing of the package but its own folder, and never
learns from a client. Time decides everything: what a world looks like is a pure function of stored
facts and the sandbox's clock, so nothing runs in the background and nobody needs to sleep. Where the
vendors' behaviour is not documented there is a quirk.
"""

from reconciler.sandbox.problems import (
    ConnectionDropped,
    SandboxBusy,
    SandboxError,
    StateUnreadable,
    WorldInvalid,
)
from reconciler.sandbox.sandbox import Sandbox, in_memory_sandbox, open_sandbox, set_aside
from reconciler.sandbox.world import sample_world

__all__ = [
    "ConnectionDropped",
    "Sandbox",
    "SandboxBusy",
    "SandboxError",
    "StateUnreadable",
    "WorldInvalid",
    "in_memory_sandbox",
    "open_sandbox",
    "sample_world",
    "set_aside",
]
