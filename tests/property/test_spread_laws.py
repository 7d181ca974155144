"""How `maxAge` falls due over an estate: never late, not all at once, a source as one run."""

from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from reconciler.core.gates import StartRun
from reconciler.core.judge import Policy, judge
from reconciler.core.spread import early_by
from reconciler.model.desired import Desired
from tests.support.specs import (
    NOW,
    by_name,
    desired,
    know,
    observed,
    run,
    source,
    source_document,
    streamkap,
    topic,
    young,
)

HOUR = timedelta(hours=1)
spans = st.timedeltas(min_value=HOUR, max_value=timedelta(days=400))
names = st.text(min_size=1, max_size=20)


@st.composite
def rules(draw) -> tuple[str, timedelta, timedelta | None]:
    """A source, a `maxAge`, and a spread of at most half of it, or none of its own."""
    age = draw(spans)
    spread = draw(st.none() | st.timedeltas(min_value=timedelta(0), max_value=age / 2))
    return draw(names), age, spread


@given(rules())
def test_a_share_is_within_the_spread_and_always_the_same(
    rule: tuple[str, timedelta, timedelta | None],
) -> None:
    name, age, spread = rule
    found = early_by(name, age, spread)

    assert timedelta(0) <= found <= (age / 10 if spread is None else spread)
    assert found == early_by(name, age, spread)


def _estate(names: list[str], age: timedelta, *topics: str) -> Desired:
    documents = [
        source_document(name, young(*topics, max_age=age, early=early_by(name, age, None)))
        for name in names
    ]
    limits = streamkap().limits
    free = type(limits)(snapshots=0)
    return desired(streamkap(limits=free), *documents)


def _due(
    specs: Desired, taken: dict[str, dict[str, datetime]], now: datetime
) -> tuple[StartRun, ...]:
    """What a plan of that time would start, given when the last snapshots began."""
    views = [
        by_name(source(name, *(topic(t, run("completed", time)) for t, time in times.items())))
        for name, times in sorted(taken.items())
    ]
    return judge(specs, know(observed(*views), now=now), Policy()).runs


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.sampled_from([f"db-{n}" for n in range(60)]), min_size=1, max_size=8, unique=True),
    st.timedeltas(min_value=timedelta(days=1), max_value=timedelta(days=20)),
    st.data(),
)
def test_no_snapshot_is_ever_older_than_its_rule_says(
    sources: list[str], age: timedelta, data: st.DataObject
) -> None:
    """An hourly schedule starts it at the last look before it is too old, or earlier."""
    specs = _estate(sources, age, "t")
    ages = {name: data.draw(st.timedeltas(timedelta(0), age * 2)) for name in sources}
    taken = {name: {"t": NOW - ages[name]} for name in sources}
    due = {run.source.name for run in _due(specs, taken, NOW)}

    assert due >= {name for name in sources if ages[name] > age}
    assert not due & {name for name in sources if ages[name] < age - age / 10}


def test_fifty_sources_of_one_hour_do_not_start_at_once() -> None:
    """Ten topics each, all taken within an hour; a look every hour of the week after."""
    week = timedelta(days=7)
    names = [f"db-{n}" for n in range(50)]
    topics = [f"t{n}" for n in range(10)]
    specs = _estate(names, week, *topics)
    begun = {name: NOW + timedelta(minutes=n) for n, name in enumerate(names)}
    taken = {name: dict.fromkeys(topics, begun[name]) for name in names}
    starts: list[int] = []
    for hour in range(150, 170):
        now = NOW + hour * HOUR
        runs = _due(specs, taken, now)
        assert all(len(run.candidates) == len(topics) for run in runs)
        # It was not too old yet when somebody looked the last time.
        assert all(now - HOUR - begun[run.source.name] <= week for run in runs)
        for each in runs:
            taken[each.source.name] = dict.fromkeys(topics, now)
        starts.append(len(runs))

    assert sum(starts) == len(names)
    assert max(starts) <= 9


def test_what_is_due_together_on_a_source_is_one_run() -> None:
    """Two documents with a rule each name one source: its share is the same for both."""
    age = timedelta(days=7)
    early = early_by("db", age, None)
    one = source_document("one", young("a", max_age=age, early=early), source="db")
    two = source_document("two", young("b", max_age=age, early=early), source="db")
    taken = {"db": dict.fromkeys("ab", NOW - age + early - timedelta(seconds=1))}

    (found,) = _due(desired(one, two), taken, NOW)

    assert [candidate.topic for candidate in found.candidates] == ["a", "b"]
