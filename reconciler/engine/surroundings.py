"""What the parts of one lane work with."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from reconciler.core.asked import Asked
from reconciler.core.select import Selector
from reconciler.engine.events import Listener
from reconciler.engine.halting import Halt
from reconciler.engine.memory import Memory
from reconciler.engine.planning import Planned
from reconciler.model.desired import Connection
from reconciler.model.plan import Step
from reconciler.providers.protocol import Provider


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a lane works with.

    Attributes:
        planned: The plan with what it rests on.
        provider: The connection's provider.
        connection: The connection.
        halt: When to end early.
        listen: Told what is going on.
        memory: The ledger.
        asked: The rules of all documents.
        retry: What a person wants one more start of.
        lease_patience: How long to wait for leases of others.
    """

    planned: Planned
    provider: Provider
    connection: Connection
    halt: Halt
    listen: Listener
    memory: Memory
    asked: Asked
    retry: tuple[Selector, ...] = ()
    lease_patience: timedelta = timedelta(0)

    @property
    def now(self) -> datetime:
        """The clock that the plan's verdicts on this connection rest on."""
        told = (c.now for c in self.planned.plan.connections if c.name == self.connection.name)
        return next(told, self.halt.clock.now())

    def scopes(self, step: Step) -> dict[str, str]:
        """The scope of each target that a step changes."""
        name = self.connection.name
        return {i.target: self.memory.scope(name, i.target) for i in step.items}
