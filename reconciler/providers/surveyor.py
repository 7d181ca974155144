"""A provider that can also be asked what there is: for `dump` and `doctor`, never for a plan.

A plan looks at what specs name. Whoever has no specs yet needs the other direction.
"""

from collections.abc import Sequence
from typing import Protocol

from reconciler.model.checkup import Examined
from reconciler.model.inventory import Inventory
from reconciler.providers.protocol import Provider


class Surveyor(Provider, Protocol):
    """One connection to one vendor, which also tells what an account has. Only reads."""

    async def inventory(self, cluster_ids: Sequence[str]) -> Inventory:
        """List everything that the connection leads to.

        Args:
            cluster_ids: Destination clusters to list the links of. Confluent has no call that lists
                clusters (`docs/apis/confluent.md#endpoints`), and Streamkap has none.

        Returns:
            What there is; a cluster that could not be listed is one of its `problems`.

        Raises:
            ProviderError: Nothing at all could be read.
        """
        ...

    async def examine(self, cluster_ids: Sequence[str]) -> Examined:
        """Try every read that a plan makes, in few requests, and tell what the vendor shows.

        Args:
            cluster_ids: As for `inventory`.

        Returns:
            What was found; a read that fails is a check that failed, never an exception.
        """
        ...
