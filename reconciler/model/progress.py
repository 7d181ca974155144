"""How far something is that takes its time, for whoever shows it."""

from datetime import timedelta

from reconciler.model.address import Address
from reconciler.records import Struct


class Part(Struct, frozen=True):
    """How far the topics of one document are.

    Attributes:
        address: The document.
        done: How many topics are as far as they are followed.
        total: How many are followed.
        state: The vendor's word for what is not done, where all of it has the same; else empty.
        rows: Rows read by the runs under way, or None where the vendor does not say.
        rows_total: Rows they have to read, or None.
        eta: Time that the slowest of them needs, as the vendor estimates it, or None.
        lag: Messages that the mirror topic is behind which is behind most, or None.
    """

    address: Address
    done: int
    total: int
    state: str = ""
    rows: int | None = None
    rows_total: int | None = None
    eta: timedelta | None = None
    lag: int | None = None

    @property
    def percent(self) -> float | None:
        """Rows read in percent, where both figures are known."""
        if not self.rows_total or self.rows is None:
            return None
        return min(100.0, 100.0 * self.rows / self.rows_total)
