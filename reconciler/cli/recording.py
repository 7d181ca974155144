"""`drift --record`: writes into the ledger what began to drift, drifts otherwise, and is over."""

from reconciler.cli.clock import SystemClock
from reconciler.cli.ledgers import check_exists, required
from reconciler.cli.options import Common
from reconciler.core.news import drift_notes
from reconciler.model.plan import Plan


def check_place(common: Common) -> None:
    """Refuse before anything is looked at where there is nothing to write to.

    A monitor makes no ledger: one that it made would seem to know that nothing was ever started.

    Args:
        common: Options of every command.

    Raises:
        LedgerError: The ledger cannot be used.
        UsageError: There is none.
    """
    with required(common) as ledger:
        check_exists(ledger)


def record(plan: Plan, common: Common) -> None:
    """Write down what changed of drift since it was last written down.

    Args:
        plan: Of all documents.
        common: Options of every command.

    Raises:
        LedgerError: It cannot be written.
    """
    now = common.now or SystemClock().now()
    with required(common, writing=True) as ledger:
        notes = drift_notes(ledger.drift(), plan, now)
        if notes:
            ledger.note_drift(notes)
