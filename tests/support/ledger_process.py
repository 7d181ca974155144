"""What another process does with a ledger: `python -m tests.support.ledger_process VERB PLACE`."""

import os
import signal
import sys

from reconciler.ledger.opening import open_ledger
from tests.support.ledgers import SCOPE, after, intend, intent
from tests.support.specs import NOW


def main(verb: str, place: str) -> None:
    """Wait for a word on standard input, then do it."""
    sys.stdin.readline()
    ledger = open_ledger(place, read_only=False)
    if verb == "die":
        intend(ledger, intent())
        os.kill(os.getpid(), signal.SIGKILL)
    taken = ledger.take([SCOPE], f"process {os.getpid()}", NOW, after(5))
    sys.stdout.write("granted" if taken.granted else "held")
    ledger.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
