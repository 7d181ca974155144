"""How fast it is, as ratios to floors that are measured in the same run.

    python -m benchmarks
    python -m benchmarks --only links --only validate
    python -m benchmarks --keep
    python -m benchmarks --quick

Exits 1 where a number is out of bounds, or could not be measured. `--keep` writes the results, what the README says of them,
and the charts. `--quick` is too small to judge by, and judges nothing.
"""

import argparse
import subprocess
import sys

from benchmarks.curves import Point, curves
from benchmarks.keeping import keep
from benchmarks.rows import FULL, LATENCY, QUICK, ROWS, Line, Scale
from reconciler.cli.clock import SystemClock

CURVES = "curves"
KEPT_UP = 1.25
"""Times the ideal that a floor may take on a machine that has nothing else to do."""


def told(each: Line, scale: Scale) -> str:
    """One line of the table."""
    times = " " * 41
    if each.ours is not None and each.floor is not None:
        times = f"{each.ours * 1000:9,.0f} ms   floor {each.floor * 1000:9,.0f} ms"
    value = f"{each.value:8.2f} {each.unit:8} at most {each.bound:6.2f}"
    word = "ok" if each.is_ok else "TOO SLOW"
    if not scale.is_judged:
        word = ""
    return f"{each.key:14} {each.what:57} {times:36} {value}   {word}{noted(each)}"


def noted(each: Line) -> str:
    """What helps to judge a number: processor time, and whether the machine kept up."""
    notes = [f"processor {each.facts['work']:.2f} x"] if "work" in each.facts else []
    ideal = each.facts.get("ideal_ms")
    if ideal and each.floor and each.floor * 1000 > KEPT_UP * ideal:
        notes.append(f"the machine did not keep up: without it the floor is {ideal:,} ms")
    return f"   ({'; '.join(notes)})" if notes else ""


def measured(names: list[str], scale: Scale) -> tuple[list[Line], list[str]]:
    """Measure rows, and print each as soon as it is known.

    Args:
        names: Which.
        scale: How large.

    Returns:
        What was measured, and the rows that could not be.
    """
    lines: list[Line] = []
    failed: list[str] = []
    for name in names:
        try:
            for each in ROWS[name](scale):
                lines.append(each)
                print(told(each, scale), flush=True)
        except (RuntimeError, subprocess.TimeoutExpired) as error:
            failed.append(name)
            print(f"{name:14} could not be measured: {error}", flush=True)
    return lines, failed


def drawn(scale: Scale) -> list[Point]:
    """Measure what the charts show."""
    points = curves(LATENCY) if scale.is_judged else curves(LATENCY, (1, 3), 1)
    for point in points:
        print(
            f"{CURVES:14} {point.who:6} {point.topics:5} topics {point.requests:6,} requests"
            f" {point.seconds:8.2f} s",
            flush=True,
        )
    return points


def main() -> int:
    """Measure, print, and judge."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", action="append", choices=(*ROWS, CURVES), metavar="ROW")
    parser.add_argument("--quick", action="store_true", help="small sizes, nothing is judged")
    parser.add_argument("--keep", action="store_true", help="write results, README and charts")
    given = parser.parse_args()
    if given.quick and given.keep:
        parser.error("--quick measures nothing that is worth keeping")
    scale = QUICK if given.quick else FULL
    wanted = given.only or [*ROWS, *([CURVES] if given.keep or given.quick else [])]
    lines, failed = measured([name for name in wanted if name in ROWS], scale)
    points = drawn(scale) if CURVES in wanted else []
    if given.keep:
        keep(lines, points, SystemClock().now())
    if given.keep and points:
        from benchmarks import charts  # noqa: PLC0415 - only who draws needs what draws

        charts.main(charts.IMAGES)
    is_fine = not scale.is_judged or all(each.is_ok for each in lines)
    return 0 if is_fine and not failed else 1


if __name__ == "__main__":
    sys.exit(main())
