"""How fast it is, as ratios to floors that are measured in the same run.

    python -m benchmarks
    python -m benchmarks --only links --only validate
    python -m benchmarks --quick

Exits 1 where a ratio is out of bounds; `--quick` is too small to judge, and judges nothing.
"""

import argparse
import sys

from benchmarks.rows import FULL, QUICK, ROWS, Line


def told(each: Line) -> str:
    """One line of the table."""
    word = "ok" if each.is_ok else "TOO SLOW"
    times = "".join(
        f"{name} {seconds * 1000:8,.0f} ms   " if seconds is not None else " " * (len(name) + 15)
        for name, seconds in (("", each.ours), ("floor", each.floor))
    )
    value = f"{each.value:7.2f} {each.unit:8} at most {each.bound:6.2f}"
    return f"{each.key:15} {each.what:58} {times}{value}   {word}"


def main() -> int:
    """Measure, print, and judge."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", action="append", choices=ROWS, metavar="ROW")
    parser.add_argument("--quick", action="store_true", help="small sizes, nothing is judged")
    given = parser.parse_args()
    scale = QUICK if given.quick else FULL
    lines: list[Line] = []
    for name in given.only or ROWS:
        for each in ROWS[name](scale):
            lines.append(each)
            print(told(each), flush=True)
    return 0 if given.quick or all(each.is_ok for each in lines) else 1


if __name__ == "__main__":
    sys.exit(main())
