r"""What a runner of GitHub Actions would take for commands: names and messages give it none.

The runner reads the log of a step. A line that begins with `::` is a command to it, and so is `##[`
wherever it stands; either can set an output, mask a word, or make every later command void. Names,
reasons and the vendors' messages come from outside, so both are written as escapes, `\x3a:` and
`##\u005b`. The latter means the same inside a JSON text. What goes into a file is left as it is.
"""

import os
import re
import stat
from typing import TextIO

_HEAD = re.compile(r"(?:\A|(?<=[\r\n]))(\s*):(?=:)")
_ANYWHERE = "##["


def tamed(text: str, stream: TextIO) -> str:
    """A text as it may go to a stream.

    Args:
        text: Whole lines.
        stream: Where to.
    """
    if os.environ.get("GITHUB_ACTIONS") != "true" or _is_file(stream):
        return text
    return _HEAD.sub(r"\1\\x3a", text).replace(_ANYWHERE, r"##\u005b")


def _is_file(stream: TextIO) -> bool:
    try:
        return stat.S_ISREG(os.fstat(stream.fileno()).st_mode)
    except (OSError, ValueError):  # one that lives in memory
        return False
