"""What is wrong at a place of a document, before it is known whose document it is."""

from typing import TypeAlias

from reconciler.errors import Diagnostic
from reconciler.records import Struct
from reconciler.spec.scalars import one_line

Path: TypeAlias = tuple[str | int, ...]

CREDENTIAL_FIELDS = frozenset({"clientId", "clientSecret", "apiKey", "apiSecret", "token"})
# What is said of anything that stands where a secret should be referred to.
NO_REFERENCE = (
    "expected `{env: NAME}` or `{file: PATH}` (what stands here is not shown)",
    "say where the secret is found; if it was committed, replace it",
)
NO_VALUE = "no value stands here"

_AUTH = ("spec", "auth")
_SHOWN_FIELDS = CREDENTIAL_FIELDS | {"env", "file"}


class Spot(Struct, frozen=True, order=True):
    """A place in a file.

    Attributes:
        line: From 1.
        column: From 1.
        file: The values file, for what did not come from the document's own file.
    """

    line: int
    column: int
    file: str = ""


class Fault(Struct, frozen=True):
    """One thing wrong inside a document.

    Attributes:
        spot: Where.
        path: Keys and positions from the top of the document.
        message: What is wrong; never the value of a secret.
        advice: What to do.
    """

    spot: Spot
    path: Path = ()
    message: str = ""
    advice: str = ""

    def diagnostic(self, file: str, address: str) -> Diagnostic:
        """The fault as people see it.

        Args:
            file: Path as the user gave it.
            address: `Kind/name` of the document, or empty.
        """
        return Diagnostic(
            self.spot.file or file,
            self.spot.line,
            self.spot.column,
            address=address,
            field=dotted(self.path),
            message=self.message,
            advice=self.advice,
        )


def is_secret(path: Path) -> bool:
    """Whether what stands at a path may be a credential, rightly or by mistake."""
    return path[:2] == _AUTH


def dotted(path: Path) -> str:
    """A path as people write it, such as `spec.snapshots[0].since`.

    Below `auth` only the names of known fields are shown: `{hunter2}` in braces is a key to YAML.
    """
    text = ""
    for place, part in enumerate(path):
        if isinstance(part, int):
            text += f"[{part}]"
        elif place > 1 and is_secret(path) and part not in _SHOWN_FIELDS:
            break
        else:
            text += f".{one_line(part)}" if text else one_line(part)
    return text


def is_void(path: Path, void: frozenset[Path]) -> bool:
    """Whether a path, or one above it, is among the paths.

    Args:
        path: The path asked about.
        void: Paths of values that could not be read.
    """
    return bool(void) and any(path[:length] in void for length in range(len(path) + 1))
