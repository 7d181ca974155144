"""What stands behind a verdict."""

from datetime import UTC, datetime, timedelta

from reconciler.core.explain import document_of, explain, origin_of, unnamed
from reconciler.core.sight import Sight
from reconciler.model.address import Address, Kind, Origin
from reconciler.model.desired import (
    Desired,
    DesiredLink,
    DesiredSource,
    MirrorRule,
    MirrorState,
    Pattern,
    SnapshotRule,
    SnapshotState,
)
from reconciler.model.observed import Mirror, ObservedSource, ObservedTopic, Run
from reconciler.model.plan import Cost, Plan
from reconciler.model.verdict import Finding, Verdict

HERE, THERE = Origin("a.yaml", 1), Origin("a.yaml", 7)
NAMED, BY_ID = Address(Kind.SOURCE, "named"), Address(Kind.SOURCE, "by-id")
LINK = Address(Kind.CLUSTER_LINK, "west")
PATTERNS = (Pattern("t*", THERE),)
IDLE = SnapshotRule(PATTERNS, SnapshotState.IDLE, THERE)
ACTIVE = MirrorRule(PATTERNS, MirrorState.ACTIVE, THERE)
DESIRED = Desired(
    sources=(
        DesiredSource(NAMED, HERE, "kap", "one", "", (IDLE,)),
        DesiredSource(BY_ID, HERE, "kap", "", "i2", (IDLE,)),
    ),
    links=(DesiredLink(LINK, HERE, "con", "lkc-1", "west", (ACTIVE,)),),
)
TOPICS = (ObservedTopic("t", (Run("running"),)), ObservedTopic("x", ()), ObservedTopic("y", None))
ONE, TWO = (ObservedSource(i, n, None, "", TOPICS) for i, n in (("i1", "one"), ("i2", "two")))
MIRRORS = {m.name: m for m in (Mirror("t", "ACTIVE"), Mirror("x", "PAUSED"), Mirror("y", None))}
SIGHT = Sight({"i1": ONE, "i2": TWO}, {"lkc-1/west": MIRRORS})


def finding(address: Address) -> Finding:
    return Finding(address, Verdict.IN_SYNC, "why", HERE)


def test_a_finding_is_joined_with_its_rule_and_what_was_seen() -> None:
    at, cost = datetime(2026, 1, 1, tzinfo=UTC), Cost(0, 0, 0, 0, timedelta())
    addresses = (NAMED.of("t"), BY_ID.of("t"), LINK.of("t"), LINK)
    found = explain(DESIRED, Plan(at, tuple(map(finding, addresses)), (), (), cost), SIGHT)

    seen = [(e.rule, e.source, e.topic, e.mirror) for e in found]
    assert seen == [
        (IDLE, ONE, TOPICS[0], None),
        (IDLE, TWO, TOPICS[0], None),
        (ACTIVE, None, None, MIRRORS["t"]),
        (None, None, None, None),
    ]
    assert [origin_of(e) for e in found] == [THERE, THERE, THERE, HERE]


def test_a_source_that_was_not_seen_shows_nothing() -> None:
    assert unnamed(DESIRED, Sight({}, {}), NAMED.of("x")) is None


def test_what_no_rule_names_is_told_with_its_state() -> None:
    addresses = [a.of(t) for a in (NAMED, LINK) for t in ("x", "y")]
    found = [unnamed(DESIRED, SIGHT, address) for address in addresses]

    assert [e and (e.finding.verdict, e.finding.before) for e in found] == [
        (Verdict.UNMANAGED, "never"),
        (Verdict.UNMANAGED, ""),
        (Verdict.UNMANAGED, "PAUSED"),
        (Verdict.UNMANAGED, ""),
    ]


def test_what_is_nowhere_is_not_told() -> None:
    nobody = Address(Kind.SOURCE, "nobody")

    assert unnamed(DESIRED, SIGHT, NAMED.of("nowhere")) is None
    assert unnamed(DESIRED, SIGHT, NAMED) is None
    assert unnamed(DESIRED, SIGHT, nobody.of("x")) is None
    assert document_of(DESIRED, nobody) is None
    assert document_of(DESIRED, NAMED.of("x")) == DESIRED.sources[0]
