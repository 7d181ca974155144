"""Ten thousand stories of crashes, faults and drift, each held to the laws.

    python -m benchmarks.soak --schedules 10000
    python -m benchmarks.soak --seed 4711

A story is written by a seed: the same seed is the same story. It ends when nothing fails any more and
time has passed. Then no start may have been made twice for one `since` and allowed attempt, no run
be astray, and every declared level hold or be told. Exits 1 where that is not so, and names the seeds.
"""

import argparse
import sys
import time
import traceback
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor

from tests.support.schedules import Story, play

EVERY = 500
CHUNK = 20
GROUPS = (
    ("commands", "commands: "),
    ("faults that hit", "fault "),
    ("quirks, by stories that had them", "quirk "),
    ("verdicts in the end", "end "),
    ("what people said", "words "),
)


def told(seed: int) -> Story:
    """One story; what breaks it is a part of it.

    Args:
        seed: What writes it.
    """
    try:
        return play(seed)
    except Exception:  # noqa: BLE001 - whatever breaks a story is told with its seed
        return Story(seed, lost=[f"it broke: {traceback.format_exc(limit=-4)}"])


def table(counts: Counter[str]) -> Iterator[str]:
    """What happened how often, line by line.

    Args:
        counts: Over all stories.
    """
    for title, prefix in GROUPS:
        yield title
        found = sorted((name, n) for name, n in counts.items() if name.startswith(prefix))
        yield from (f"  {name.removeprefix(prefix):40} {n:8,}" for name, n in found)
    yield "starts"
    yield f"  {'of ours, by topic':40} {counts['starts of ours']:8,}"
    yield "topics of which nobody knew what became of their start (unknown)"
    yield f"  {'in all':40} {counts['doubts']:8,}"
    for how in ("by evidence", "by a person's word", "by another wish"):
        yield f"  {'resolved ' + how:40} {counts['doubts ended ' + how]:8,}"
    yield f"  {'left unknown, and told so':40} {counts['doubts left']:8,}"
    late = counts["starts that came after a person denied them"]
    yield f"  {'came after a person had denied them':40} {late:8,}"


def summary(stories: Iterable[Story]) -> tuple[list[str], bool]:
    """Everything there is to say.

    Args:
        stories: As they were told.

    Returns:
        Lines, and whether every law was kept.
    """
    counts: Counter[str] = Counter()
    doubled, gone, number = 0, 0, 0
    broken: list[str] = []
    for number, story in enumerate(stories, 1):
        counts.update(story.counts)
        doubled += len(story.doubled)
        gone += len(story.lost)
        broken += [f"  seed {story.seed}: {what}" for what in (*story.doubled, *story.lost)]
        if number % EVERY == 0:
            print(f"{number:,} stories, {doubled} doubled, {gone} lost", file=sys.stderr)
    lines = [*table(counts), f"{number:,} stories: {doubled} doubled, {gone} lost"]
    if broken:
        lines += ["broken laws; see one with `make soak SEED=…`", *broken]
    return lines, not broken


def show(seed: int) -> int:
    """Tell one story step by step.

    Args:
        seed: What writes it.
    """
    story = told(seed)
    print(f"the vendor: {story.quirks or 'as documented'}", *story.steps, sep="\n  ")
    lines, is_kept = summary([story])
    print(*lines, sep="\n")
    return 0 if is_kept else 1


def main() -> int:
    """Tell stories, print what came of them, and judge."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--schedules", type=int, default=10_000)
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seed", type=int, help="tell this one alone")
    given = parser.parse_args()
    if given.seed is not None:
        return show(given.seed)
    began = time.perf_counter()
    seeds = range(given.first, given.first + given.schedules)
    with ProcessPoolExecutor(given.workers) as pool:
        lines, is_kept = summary(pool.map(told, seeds, chunksize=CHUNK))
    print(*lines, sep="\n")
    minutes = (time.perf_counter() - began) / 60
    print(f"seeds {seeds[0]} to {seeds[-1]} in {minutes:.1f} minutes")
    return 0 if is_kept else 1


if __name__ == "__main__":
    sys.exit(main())
