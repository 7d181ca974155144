"""What the parts of one lane work with."""

from datetime import datetime, timedelta

from reconciler.core.asked import Asked
from reconciler.core.select import Selector
from reconciler.core.windows import Hours, closed, hours_of
from reconciler.engine.events import Listener
from reconciler.engine.halting import Halt
from reconciler.engine.memory import Memory
from reconciler.engine.planning import Planned
from reconciler.model.address import Address
from reconciler.model.desired import Connection, DesiredLink, DesiredSource
from reconciler.model.plan import Step
from reconciler.providers.protocol import Provider
from reconciler.records import Struct, replace


class Surroundings(Struct, frozen=True):
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
        break_glass: Why the windows of policies are lifted; empty where they hold.
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
    break_glass: str = ""

    @property
    def now(self) -> datetime:
        """The clock that the plan's verdicts on this connection rest on."""
        told = (c.now for c in self.planned.plan.connections if c.name == self.connection.name)
        return next(told, self.halt.clock.now())

    @property
    def vendor_now(self) -> datetime:
        """The vendor's clock at this moment, or the time that beats it."""
        ahead = self.planned.ahead.get(self.connection.name, timedelta(0))
        return self.planned.now or self.halt.clock.now() + ahead

    def shut(self, step: Step) -> dict[Address, Hours]:
        """The documents of a step whose windows are closed at this moment, with what those say."""
        addresses = sorted({item.address.document for item in step.items})
        mine = [d for d in map(self.asked.documents.get, addresses) if d is not None]
        touched = replace(
            self.planned.desired,
            sources=tuple(d for d in mine if isinstance(d, DesiredSource)),
            links=tuple(d for d in mine if isinstance(d, DesiredLink)),
        )
        return closed(hours_of(touched, {}, self.vendor_now))

    def scopes(self, step: Step) -> dict[str, str]:
        """The scope of each target that a step changes."""
        name = self.connection.name
        return {i.target: self.memory.scope(name, i.target) for i in step.items}
