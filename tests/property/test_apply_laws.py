"""Laws of plan and apply over small worlds that nobody thought of."""

import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reconciler.core.settled import Wait
from reconciler.engine.planning import Planned
from reconciler.model.change import Stop
from reconciler.model.outcome import Result
from reconciler.model.verdict import Finding, Verdict
from tests.support.estate import new_ledger
from tests.support.rich import (
    active,
    completed,
    connections,
    idle,
    link,
    mirror,
    mirrors,
    paused,
    snapshots,
    source,
    topic,
    world,
)
from tests.support.stage import Applied, Stage

HOUR = 3600.0
QUICK = settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
ENDED = {"submitted": "-1d", "started": "-1d+5s", "ended": "-1d+1m"}
HISTORIES = {
    "never": [],
    "old": [{"status": "completed", "submitted": "-9d", "started": "-9d+5s", "ended": "-9d+1m"}],
    "fresh": [{"status": "completed"} | ENDED],
    "failed": [{"status": "failed"} | ENDED],
    "cancelled": [{"status": "cancelled"} | ENDED],
    "running": [{"status": "running", "submitted": "-1m", "started": "-50s", "rows_scanned": 10}],
    "long": [{"status": "running", "submitted": "-4d", "started": "-4d", "rows_scanned": 0}],
}
SNAPSHOT_RULES = {
    "completed": completed,
    "filtered": lambda name: completed(name, more=", filter: a>1"),
    "blocking": lambda name: completed(name, more=", type: blocking"),
    "restart": lambda name: completed(name, more=", onCancel: restart"),
    "idle": idle,
    "wide": lambda name: idle(name, more=", allowSourceWide: true"),
}
MIRROR_RULES = {
    "paused": paused,
    "for ever": lambda name: paused(name, until="never"),
    "active": active,
}
# What comes first is drawn more often: most things work, and most of them differ from the specs.
STATUSES = [*["Active"] * 6, "Paused", "Broken"]
LINKS = [*["ACTIVE"] * 5, "FAILED"]
MIRRORS = [
    *["ACTIVE", "PAUSED"] * 3,
    "SOURCE_UNAVAILABLE",
    "FAILED",
    "STOPPED",
    "PENDING_MIRROR",
]
PASTS = [*["never", "old"] * 3, *sorted(HISTORIES)]
WANTED = [*["completed", "filtered"] * 3, None, *sorted(SNAPSHOT_RULES)]
SOURCES = [["s1", "s2", "s3"], ["s1", "s2"], ["s1"], ["s1", "s2", "s3", "s4", "s5"]]
FAULTS = ["drop_before", "drop_after", "html", "truncate", "partial", "status"]


@dataclass(frozen=True)
class Story:
    """A world and specs for it.

    Attributes:
        world: Document of the world.
        specs: YAML.
        starts: Topics that a rule wants completed, by `source/topic`.
        mirrors: Mirrors that a rule names, by `link/topic`.
    """

    world: dict[str, object]
    specs: str
    starts: frozenset[str]
    mirrors: frozenset[str]

    def stage(self) -> Stage:
        return Stage(self.world, self.specs)

    @contextmanager
    def kept_stage(self) -> Iterator[Stage]:
        """The same with a ledger that was there before."""
        with tempfile.TemporaryDirectory() as folder:
            ledger = new_ledger(Path(folder))
            try:
                yield Stage(self.world, self.specs, ledger=ledger)
            finally:
                ledger.close()


def _documents(declared, rules, document) -> str:
    """One document per owner that has a rule."""
    found: dict[str, list[str]] = {}
    for (owner, name), word in declared.items():
        if word is not None:
            found.setdefault(owner, []).append(rules[word](name))
    return "".join(document(owner, "\n".join(mine)) for owner, mine in found.items())


@st.composite
def stories(draw) -> Story:
    """One to three sources and up to two links, most of their topics declared."""
    parts, wanted, shown = [], {}, {}
    for owner in draw(st.sampled_from(SOURCES)):
        names = draw(st.sampled_from([["a", "b"], ["a"], ["a", "b", "c"]]))
        states = [draw(st.sampled_from(PASTS)) for _ in names]
        topics = [topic(n, *HISTORIES[s], rows=200) for n, s in zip(names, states, strict=True)]
        parts.append(source(owner, *topics, status=draw(st.sampled_from(STATUSES))))
        for name in names:
            wanted[owner, name] = draw(st.sampled_from(WANTED))
    for owner in draw(st.sampled_from([["l1", "l2"], ["l1"], []])):
        names = draw(st.sampled_from([["m", "n", "o"], ["m"]]))
        listed = [mirror(f"{owner}.{n}", draw(st.sampled_from(MIRRORS))) for n in names]
        parts.append(link(owner, *listed, state=draw(st.sampled_from(LINKS))))
        for name in names:
            rule = draw(st.sampled_from([None, *sorted(MIRROR_RULES)]))
            shown[owner, f"{owner}.{name}"] = rule
    specs = connections(lag="2s", snapshots=draw(st.sampled_from([0, 0, 1])))
    specs += _documents(wanted, SNAPSHOT_RULES, snapshots)
    specs += _documents(shown, MIRROR_RULES, mirrors)
    return Story(
        world(*parts),
        specs,
        frozenset(f"{o}/{n}" for (o, n), w in wanted.items() if w not in (None, "idle", "wide")),
        frozenset(f"{o}/{n}" for (o, n), w in shown.items() if w is not None),
    )


def _apply_for_days(stage: Stage) -> list[Applied]:
    """Apply every hour until a plan has no change; at most a day."""
    applied = []
    for _ in range(24):
        if not stage.plan().plan.steps:
            return applied
        applied.append(stage.apply())
        stage.pass_time(HOUR)
    raise AssertionError(f"a day of applies, and still: {stage.plan().plan.steps}")


GOOD = (Result.SETTLED, Result.DONE)


def changes(planned: Planned) -> list[Finding]:
    """What a plan would change."""
    return [f for f in planned.plan.findings if f.verdict is Verdict.CHANGE]


@QUICK
@given(stories())
def test_apply_then_plan_is_empty(story: Story):
    """With everything allowed and time passing, repeated applies reach a plan without changes."""
    stage = story.stage()
    _apply_for_days(stage)
    before = stage.writes()
    stage.apply()

    assert stage.writes() == before


@QUICK
@given(stories())
def test_apply_then_plan_is_empty_with_a_ledger(story: Story):
    """The same, and nothing that settled is planned again at once."""
    with story.kept_stage() as stage:
        applied = stage.apply(wait=Wait.SETTLED)
        settled = {(i.address, i.action) for i in applied.report.items if i.result in GOOD}
        planned = {(f.address, f.action) for f in changes(stage.plan())}
        _apply_for_days(stage)
        left = changes(stage.plan())

    assert settled & planned == set()
    assert left == []


@QUICK
@given(stories())
def test_undeclared_is_untouched(story: Story):
    """But for those that a stop listed."""
    stage = story.stage()
    mirrors_before = stage.mirrors()
    applied = _apply_for_days(stage)
    stops = [s.change for a in applied for s in a.planned.plan.steps if isinstance(s.change, Stop)]
    listed = {name for stop in stops for source in stop.sources for name in source.topics}
    ended = {t for run in stage.runs() if run["status"] == "cancelled" for t in run["topics"]}
    already = {
        t for run in story.stage().runs() if run["status"] == "cancelled" for t in run["topics"]
    }
    moved = {name for name, status in stage.mirrors().items() if mirrors_before[name] != status}

    assert set(stage.our_starts()) <= story.starts
    assert ended <= listed | already
    assert {
        name for name in moved - story.mirrors if mirrors_before[name] != "PENDING_MIRROR"
    } == set()


@QUICK
@given(stories())
def test_needs_come_first(story: Story):
    steps = story.stage().plan().plan.steps
    place = {step.id: number for number, step in enumerate(steps)}
    is_stop = [isinstance(step.change, Stop) for step in steps]

    assert [(s.id, n) for s in steps for n in s.needs if place[n] >= place[s.id]] == []
    assert is_stop == sorted(is_stop, reverse=True)


@QUICK
@given(stories())
def test_planning_twice_approves_the_same_and_writes_nothing(story: Story):
    stage = story.stage()
    first, second = stage.plan().plan, stage.plan().plan

    assert first.approval == second.approval
    assert first.findings == second.findings
    assert stage.writes() == []


@QUICK
@given(stories())
def test_the_report_counts_every_request(story: Story):
    stage = story.stage()
    report = stage.apply().report

    assert report.traffic.total == len(stage.requests())
    assert report.traffic.calls == len(stage.writes())


@QUICK
@given(
    stories(),
    st.lists(st.tuples(st.sampled_from(FAULTS), st.integers(0, 3)), min_size=1, max_size=3),
)
def test_lost_answer_is_not_a_duplicate(story: Story, faults: list[tuple[str, int]]):
    """Whatever becomes of the answers to writes, nothing is started while its start can be seen."""
    stage = story.stage()
    path = "/sources/(snapshot|stop|cancel)|/topics/bulk|/mirrors:"
    rules = [{"method": "POST", "path": path, "effect": e, "skip": skip} for e, skip in faults]
    stage.fail(*rules)
    applied = stage.apply()
    sent = Counter(item.address for item in applied.report.items)
    _apply_for_days(stage)
    twice = [name for name, times in Counter(stage.our_starts()).items() if times > 1]
    restarts = {
        f"{run['source_name']}/{t}"
        for run in stage.our_runs()
        if run["status"] == "cancelled"
        for t in run["topics"]
    }

    assert [address for address, times in sent.items() if times > 1] == []
    assert set(twice) <= restarts
