"""Every value of every undocumented behaviour: what must hold, and exactly what comes out.

One apply, an hour, another apply, an hour, a plan. Whatever the vendor does, there is no exception, no
declared topic is started twice, and nothing undeclared is touched where the vendor understands us at
all. What is not as wanted in the end is named below, with its verdict.
"""

from collections import Counter
from dataclasses import dataclass, field
from functools import cache

import pytest

from reconciler.engine.planning import Planned
from reconciler.model.outcome import Result
from reconciler.model.verdict import Verdict
from reconciler.sandbox.quirks import VALUES
from tests.support.rich import (
    RICH_SPECS,
    RICH_WORLD,
)
from tests.support.stage import Applied, Stage, left

HOUR = 3600.0
NEVER = ["ads.a", "crm.x", "geo.p", "log.n", "public.never", "stock.l", "stock.m", "till.keyless"]
STARTS = sorted([*NEVER, "crm.y", "public.old"])
SINGLES = ["public.never", "public.old", "till.keyless"]
BULKS = ["crm.x", "crm.y", "stock.l", "stock.m"]
ORDINARY = (
    dict.fromkeys(STARTS, Result.STARTED)
    | dict.fromkeys(["orders.a", "orders.b", "lab.a", "pay.a", "pay.b"], Result.SETTLED)
    | {"audit.x": Result.SETTLED}
)


@dataclass(frozen=True)
class Case:
    """What comes out under some quirks.

    Attributes:
        quirks: What the sandbox is told; the others have their defaults.
        results: Topics of which something else than usual becomes in the first apply; None is not
            planned at all.
        left: Topics that are not as wanted in the end.
        strays: Undeclared topics that the vendor reads although nobody named them.
        warning: What the warnings say; empty for none.
        warnings: How many there are.
    """

    quirks: dict[str, str]
    results: dict[str, Result | None] = field(default_factory=dict)
    left: dict[str, Verdict] = field(default_factory=dict)
    strays: tuple[str, ...] = ()
    warning: str = ""
    warnings: int = 0

    def __str__(self) -> str:
        return ",".join(f"{name}={value}" for name, value in self.quirks.items())


def _all(topics: list[str], word: object) -> dict[str, object]:
    return dict.fromkeys(topics, word)


LATE = _all(["geo.p", "ads.a", "log.n"], Result.ACCEPTED) | _all([*SINGLES, *BULKS], Result.HELD)
LOST_BY_METRICS = "reading metrics instead of the dashboard's lineage"
NOT_CONFIRMED = [name for name in NEVER if name not in ("crm.x", "public.never")]
SPECIAL = [
    # Undated runs: what is under way is waited for, what has ended is for a person to look at.
    Case(
        {"run_times": "null"},
        _all(["crm.y", "public.old"], None),
        _all([*STARTS, "public.fresh"], Verdict.BLOCKED),
    ),
    # Silence is not absence.
    Case(
        {"snapshot_read_missing": "404"},
        _all(NOT_CONFIRMED, None),
        _all(NOT_CONFIRMED, Verdict.UNOBSERVED),
    ),
    Case(
        {"snapshot_read_missing": "null"},
        _all(NEVER, None),
        _all([*NEVER, "audit.y"], Verdict.UNOBSERVED),
    ),
    Case({"lineage": "missing"}, warning=LOST_BY_METRICS, warnings=1),
    Case({"lineage": "other_shape"}, warning=LOST_BY_METRICS, warnings=1),
    Case({"lineage": "missing", "metrics_window": "24h"}, warning=LOST_BY_METRICS, warnings=1),
    Case(
        {"lineage": "missing", "run_times": "null"},
        _all(["crm.y", "public.old"], None),
        _all([*STARTS, "public.fresh"], Verdict.BLOCKED),
        warning=LOST_BY_METRICS,
        warnings=1,
    ),
    Case(
        {"lineage": "missing", "snapshot_read_missing": "404"},
        _all(NOT_CONFIRMED, None),
        _all(NOT_CONFIRMED, Verdict.UNOBSERVED),
        warning=LOST_BY_METRICS,
        warnings=1,
    ),
    Case(
        {"lineage": "missing", "snapshot_read_missing": "null"},
        _all(NEVER, None),
        _all([*NEVER, "audit.y"], Verdict.UNOBSERVED),
        warning=LOST_BY_METRICS,
        warnings=1,
    ),
    # Shown later than `lag`: accepted is called accepted, and the others of the form wait.
    Case(
        {"publish_lag": "30s"},
        LATE,
        _all(["public.never", "public.old"], Verdict.CHANGE),
        warning="held back because of the canary",
        warnings=2,
    ),
    Case(
        {"publish_lag": "5m"},
        LATE | {"audit.x": None},
        _all(["public.never", "public.old"], Verdict.CHANGE),
        warning="held back because of the canary",
        warnings=2,
    ),
    # The second topic of a run is hidden until its turn comes.
    Case({"pending_listed": "no"}, _all(["crm.y", "public.never", "stock.m"], Result.ACCEPTED)),
    # Pairing by index cannot be checked from outside; the canary shows that it is wrong.
    Case(
        {"pairing": "shuffled"},
        _all(["ads.a", "log.n"], Result.FAILED) | _all(BULKS, Result.HELD),
        _all(["ads.a", "log.n", *BULKS], Verdict.CHANGE),
        strays=("ads.bb", "log.oo"),
        warning="held back because of the canary s5: runs began on topics that it did not name",
        warnings=1,
    ),
    Case(
        {"topic_names": "full"},
        {"geo.p": Result.FAILED} | _all(SINGLES, Result.HELD),
        _all(["geo.p", *SINGLES], Verdict.CHANGE),
        warning="held back because of the canary s2: it failed",
        warnings=1,
    ),
    Case(
        {"topic_names": "full", "unknown_name": "ignored"},
        {"geo.p": Result.ACCEPTED} | _all(SINGLES, Result.HELD),
        _all(["geo.p", *SINGLES], Verdict.CHANGE),
        warning="its run was not shown within 5s",
        warnings=1,
    ),
    Case(
        {"topic_names": "full", "unknown_name": "whole_source"},
        {"geo.p": Result.FAILED} | _all(SINGLES, Result.HELD),
        _all(["public.never", "public.old"], Verdict.CHANGE),
        strays=("geo.q", "till.other"),
        warning="runs began on topics that it did not name",
        warnings=1,
    ),
    # Left out without a word: unknown, never sent again in the same apply.
    Case(
        {"bulk_skips_silently": "yes"},
        {"ads.a": Result.UNKNOWN} | _all(BULKS, Result.HELD),
        _all(["crm.x", "crm.y"], Verdict.CHANGE),
        warning="held back because of the canary s5: its run was not shown within 5s",
        warnings=1,
    ),
    Case({"date_header": "skewed"}, warning="the clocks are apart", warnings=2),
]
KNOWN = {str(case): case for case in SPECIAL}
EVERY_VALUE = [Case({name: value}) for name, values in VALUES.items() for value in values]
CASES = [KNOWN.pop(str(case), case) for case in EVERY_VALUE] + list(KNOWN.values())


@dataclass(frozen=True)
class Story:
    """What one apply, an hour, another apply and another hour left behind."""

    first: Applied
    last: Planned
    starts: Counter[str]
    mirrors: dict[str, str]


@cache
def _story(name: str) -> Story:
    case = next(case for case in CASES if str(case) == name)
    stage = Stage(RICH_WORLD, RICH_SPECS)
    stage.quirks(**case.quirks)
    first = stage.apply()
    stage.pass_time(HOUR)
    stage.apply()
    stage.pass_time(HOUR)
    starts = Counter(name.partition("/")[2] for name in stage.our_starts())
    return Story(first, stage.plan(), starts, stage.mirrors())


def _by_topic(values: dict[str, object]) -> dict[str, object]:
    return {name.partition("/")[2]: value for name, value in values.items()}


WITH_A_KNOWN_END = [case for case in CASES if case.quirks != {"unknown_status": "yes"}]


@pytest.mark.parametrize("case", WITH_A_KNOWN_END, ids=str)
def test_the_first_apply_reports_what_was_seen(case: Case):
    expected = {k: v for k, v in (ORDINARY | case.results).items() if v is not None}

    assert _by_topic(_story(str(case)).first.results) == expected


@pytest.mark.parametrize("case", WITH_A_KNOWN_END, ids=str)
def test_in_the_end_everything_is_as_wanted_or_says_what_is_in_the_way(case: Case):
    assert _by_topic(left(_story(str(case)).last)) == case.left


@pytest.mark.parametrize("case", CASES, ids=str)
def test_no_declared_topic_starts_twice(case: Case):
    starts = _story(str(case)).starts

    assert [topic for topic in STARTS if starts[topic] > 1] == []


@pytest.mark.parametrize("case", CASES, ids=str)
def test_undeclared_topics_are_untouched_wherever_the_vendor_can_understand(case: Case):
    story = _story(str(case))
    undeclared = (story.mirrors["west/other"], story.mirrors["lab/lab.b"])

    assert sorted(set(story.starts) - set(STARTS)) == sorted(case.strays)
    assert undeclared == ("ACTIVE", "PAUSED")


@pytest.mark.parametrize("case", CASES, ids=str)
def test_whatever_is_left_or_held_says_why(case: Case):
    story = _story(str(case))

    assert [f for f in story.last.plan.findings if not f.reason] == []
    assert [i for i in story.first.report.items if i.result is Result.HELD and not i.message] == []


@pytest.mark.parametrize("case", CASES, ids=str)
def test_what_is_odd_is_told_once_and_nothing_else(case: Case):
    first = _story(str(case)).first
    told = [*first.planned.plan.warnings, *first.report.warnings]

    assert [text for text in told if not case.warning or case.warning not in text] == []
    assert len(told) == case.warnings


def test_words_nobody_knows_are_never_acted_on():
    """Odd runs end as `archived`, and one mirror in three shows a word that no document has."""
    stage = Stage(RICH_WORLD, RICH_SPECS)
    stage.quirks(unknown_status="yes")
    stage.apply()
    stage.pass_time(HOUR)
    before = stage.writes()
    stage.apply()
    stage.pass_time(HOUR)
    left = stage.plan().plan.findings
    odd = [f for f in left if f.verdict is not Verdict.IN_SYNC]

    assert stage.writes() == before
    assert {(f.verdict, f.reason.rpartition(": ")[2]) for f in odd} == {
        (Verdict.BLOCKED, "archived"),
        (Verdict.BLOCKED, "HIBERNATING"),
    }


@pytest.mark.parametrize("value", VALUES["too_many_requests"])
def test_too_many_requests_slow_us_down_and_change_nothing(value: str):
    stage = Stage(RICH_WORLD, RICH_SPECS)
    stage.quirks(too_many_requests=value)
    stage.fail({"effect": "status", "status": 429, "times": 4, "skip": 3})
    applied = stage.apply()

    assert _by_topic(applied.results) == ORDINARY
    assert applied.report.traffic.total == len(stage.requests())
    assert applied.report.traffic.retries == 4
