"""What can go wrong with a ledger. None of these ever holds a password.

    ReconcilerError            exit 1
    └── LedgerError            the ledger could not be read or written
        ├── LedgerUnreachable  nothing answers, or it does not let us in
        ├── LedgerBusy         another command held it for too long
        └── LedgerRefused      it is not a ledger of ours, or not one that this version can use

The exceptions of sqlite3 and psycopg are mapped onto these where they are met.
"""

from dataclasses import dataclass

from reconciler.errors import ReconcilerError


@dataclass(eq=False)
class LedgerError(ReconcilerError):
    """A ledger could not be read or written.

    Attributes:
        place: Where it is, without a password.
        message: What is known.
        advice: What to do; may be empty.
    """

    place: str
    message: str
    advice: str = ""

    def __str__(self) -> str:
        text = f"ledger {self.place}: {self.message}"
        return f"{text}; {self.advice}" if self.advice else text


class LedgerUnreachable(LedgerError):
    """Nothing answers, or it does not let us in."""


class LedgerBusy(LedgerError):
    """Another command held it for too long."""


class LedgerRefused(LedgerError):
    """It is not a ledger of ours, or not one that this version can use; it was left as it is."""
