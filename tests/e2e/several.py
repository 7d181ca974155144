"""Several commands in one process, one after the other: `python -m tests.e2e.several CODES URL ROWS`.

A row of ROWS (JSON) is the words of a command, or `@`, the name of a control endpoint of the sandbox at
URL, and a document for it.
"""

import json
import sys
from pathlib import Path

from reconciler.cli.main import run
from tests.e2e.served import Served

METHODS = {"reset": "POST", "faults": "PUT"}


def main(codes: str, url: str, rows: str) -> None:
    """Run commands, and write their exit codes to a file."""
    ended = []
    for row in json.loads(rows):
        if row[0] == "@":
            Served(url).control(METHODS[row[1]], row[1], row[2])
        else:
            sys.stdout.write(f"$ {' '.join(row)}\n")
            ended.append(run(row))
            sys.stdout.flush()
    Path(codes).write_text(json.dumps(ended), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
