"""Stand-ins for the streams of a process."""

import io
import os
from typing import TextIO


class Tty(io.StringIO):
    """A terminal that speaks UTF-8 and remembers what it showed."""

    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


def abandoned() -> TextIO:
    """A pipe whose reader has gone."""
    reading, writing = os.pipe()
    os.close(reading)
    return os.fdopen(writing, "w", encoding="utf-8")
