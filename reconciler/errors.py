"""Every exception a user can meet, in one tree.

    ReconcilerError                exit 1
    ├── UsageError                 exit 2   a wrong option, path, selection or specification
    │   └── SpecInvalid            exit 2   all diagnostics of all files
    ├── ProviderError              exit 1   a request failed; says connection, request, cause
    │   ├── AuthFailed                      401 after one renewal, or a token that was refused
    │   ├── ReadFailed                      an answer that is an error, or that cannot be read
    │   ├── Unreachable                     nothing was sent: DNS, connect, TLS
    │   ├── AnswerLost                      sent, and no readable answer: it may have taken effect
    │   ├── Withheld                        not sent: when its turn came, it might not leave
    │   └── WriteRefused                    read-only mode met a write; a bug, never the user's
    └── LedgerError                exit 1   the ledger could not be read or written; says where it is
        ├── LedgerUnreachable               nothing answers, or it does not let us in
        ├── LedgerBusy                      another command held it for too long
        └── LedgerRefused                   not a ledger of ours, or not one this version can use

Foreign exceptions are mapped onto these where they are met: those of HTTP in `providers/transport`,
those of databases in `ledger/sqlite.py` and `ledger/postgres.py`. No error ever holds a password.
"""

from dataclasses import dataclass, field
from typing import ClassVar


@dataclass(frozen=True, slots=True, order=True)
class Diagnostic:
    """One thing wrong with what a person wrote.

    Attributes:
        file: Path as the user gave it; empty where no file is meant.
        line: Line from 1, or 0 where no line is meant.
        column: Column from 1, or 0.
        address: `Kind/name` of the document, or empty where it has none yet.
        field: Dotted path inside the document, such as `spec.snapshots[0].since`.
        message: What is wrong.
        advice: What to do about it.
    """

    file: str
    line: int
    column: int
    address: str = ""
    field: str = ""
    message: str = ""
    advice: str = ""

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        parts = [part for part in (place, self.address, self.field) if part]
        text = f"{self.message}; {self.advice}" if self.advice else self.message
        return ": ".join([*parts, text])


class ReconcilerError(Exception):
    """Anything that ends a command with a message instead of a traceback."""

    exit_code: ClassVar[int] = 1


class UsageError(ReconcilerError):
    """The command cannot mean anything as it was given."""

    exit_code: ClassVar[int] = 2


@dataclass(eq=False)
class SpecInvalid(UsageError):
    """The specs have errors; all of them are here.

    Attributes:
        diagnostics: At least one, sorted by place.
    """

    diagnostics: tuple[Diagnostic, ...] = field(default=())

    def __str__(self) -> str:
        return "\n".join(str(item) for item in self.diagnostics)


@dataclass(eq=False)
class ProviderError(ReconcilerError):
    """A request to a vendor failed.

    Attributes:
        connection: Name of the Connection.
        request: Method and path, for example `GET /sources/67ad`; never a header or a secret.
        message: What is known.
        advice: What to do.
        status: HTTP status, where there was an answer.
        request_id: The vendor's `X-Request-Id`, where there was one.
    """

    connection: str
    request: str
    message: str
    advice: str = ""
    status: int | None = None
    request_id: str | None = None

    def __str__(self) -> str:
        text = f"{self.connection}: {self.request}: {self.message}"
        if self.request_id:
            text += f" (request id {self.request_id})"
        return f"{text}; {self.advice}" if self.advice else text


class AuthFailed(ProviderError):
    """The vendor does not accept the credential."""


class ReadFailed(ProviderError):
    """The vendor answered with an error, or with something that cannot be read."""


class Unreachable(ProviderError):
    """The request never left: name, connection or TLS."""


class AnswerLost(ProviderError):
    """The request may have taken effect; its answer did not arrive."""


class Withheld(ProviderError):
    """The request was kept back at the last moment: stopped, too late, or another may write there."""


class WriteRefused(ProviderError):
    """The transport is read-only and refused to send a request that could change something."""


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
