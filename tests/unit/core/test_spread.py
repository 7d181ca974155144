"""How `maxAge` falls due: in reach of its spread, never late, the same in every plan."""

from datetime import timedelta

import pytest

from reconciler.core.levels import level_of
from reconciler.core.spread import early_by
from reconciler.model.verdict import Verdict
from reconciler.records import replace
from tests.support.specs import NOW, ago, ruling, run, young

WEEK, DAY = timedelta(days=7), timedelta(days=1)


@pytest.mark.parametrize(
    ("source", "spread", "early"),
    [
        ("orders", None, timedelta(seconds=6_635)),
        ("orders", timedelta(0), timedelta(0)),
        ("orders", DAY, timedelta(seconds=9_479)),
        ("stock", None, timedelta(seconds=2_071)),
    ],
)
def test_the_share_of_a_source_never_changes(source, spread, early):
    """A version that moved these would start half an estate at once."""
    assert early_by(source, WEEK, spread) == early


def test_a_tenth_is_the_default():
    names = [f"source-{n}" for n in range(500)]
    found = [early_by(name, WEEK, None) for name in names]

    assert max(found) < WEEK / 10
    assert min(found) >= timedelta(0)


def test_fifty_sources_of_one_hour_fall_due_over_the_whole_spread():
    found = sorted(early_by(f"db-{n}", WEEK, None) for n in range(50))
    hours = [span // timedelta(hours=1) for span in found]

    assert max(hours.count(hour) for hour in set(hours)) <= 9
    assert len(set(hours)) >= 14


def test_the_level_is_younger_by_as_much():
    assert level_of(young("t", early=DAY), NOW) == NOW - WEEK + DAY


@pytest.mark.parametrize(
    ("hours_old", "verdict", "reason"),
    [
        (143, Verdict.IN_SYNC, "completed a snapshot that began 2026-11-16T13:00:00Z"),
        (
            145,
            Verdict.CHANGE,
            (
                "its last snapshot completed and began 2026-11-16T11:00:00Z, 6d 1h ago, and falls due 1d "
                "before 7d, so that not all sources do at once"
            ),
        ),
        (
            169,
            Verdict.CHANGE,
            "its last snapshot completed and began 2026-11-15T11:00:00Z, more than 7d ago",
        ),
    ],
)
def test_a_snapshot_is_made_again_before_it_is_too_old(hours_old, verdict, reason):
    told = ruling(young("t", early=DAY), run("completed", ago(hours=hours_old)))

    assert (told.verdict, told.reason) == (verdict, reason)


def test_without_a_spread_it_is_due_at_its_age_alone():
    rule = replace(young("t"), early=timedelta(0))

    assert ruling(rule, run("completed", ago(days=7))).verdict is Verdict.IN_SYNC
    assert ruling(rule, run("completed", ago(days=7, seconds=1))).verdict is Verdict.CHANGE
