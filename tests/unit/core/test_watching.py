"""What is news between two looks, and when nothing moves any more."""

from datetime import UTC, datetime, timedelta

import pytest

from reconciler.core.rows import Row
from reconciler.core.watching import Known, News, by_urgency, compare, is_settled
from reconciler.model.address import Address, Kind, Origin
from reconciler.model.plan import Cost, Plan
from reconciler.model.verdict import Finding, Verdict
from reconciler.records import replace

DOCUMENT = Address(Kind.SOURCE, "a")


def finding(topic: str, verdict: Verdict = Verdict.IN_SYNC, **more: object) -> Finding:
    return Finding(
        DOCUMENT.of(topic) if topic else DOCUMENT, verdict, "why", Origin("f", 1), **more
    )


def plan(*findings: Finding, incomplete: tuple[str, ...] = ()) -> Plan:
    cost = Cost(0, 0, 0, 0, timedelta())
    at = datetime(2026, 1, 1, tzinfo=UTC)
    return Plan(at, findings, (), (), cost, incomplete=incomplete)


def test_the_first_look_tells_what_is_not_as_wanted() -> None:
    moved = finding("b", Verdict.CHANGE)
    _, news = compare(Known(), plan(finding("a"), moved, finding("c", Verdict.UNMANAGED)))

    assert news == News((moved,))


def test_later_looks_tell_what_changed_and_not_what_counts_on() -> None:
    known, _ = compare(Known(), plan(finding("a"), finding("b", Verdict.IN_PROGRESS)))
    counted = replace(finding("b", Verdict.IN_PROGRESS), reason="43 %")
    done = finding("a", Verdict.CHANGE, before="PAUSED")
    known, news = compare(known, plan(done, counted))
    _, again = compare(known, plan(finding("a"), counted))

    assert news == News((done,))
    assert again == News((finding("a"),))


def test_what_is_not_said_any_more_is_gone() -> None:
    known, _ = compare(Known(), plan(finding("a"), finding("b")))

    assert compare(known, plan(finding("a")))[1] == News(gone=(DOCUMENT.of("b"),))


def test_an_outage_is_told_once_and_takes_nothing_away() -> None:
    known, _ = compare(Known(), plan(finding("a")))
    unseen, down = finding("", Verdict.UNOBSERVED), ("kap: no route",)
    known, first = compare(known, plan(unseen, incomplete=down))
    known, second = compare(known, plan(unseen, incomplete=down))
    known, back = compare(known, plan(finding("a")))

    assert first == News((unseen,), incomplete=down)
    assert second == News()
    assert back == News(is_whole_again=True)
    assert known.states.keys() == {DOCUMENT.of("a")}


@pytest.mark.parametrize(
    ("found", "settled"),
    [
        (finding("a"), True),
        (finding("a", Verdict.CHANGE), True),
        (finding("a", Verdict.BLOCKED, failed=True), True),
        (finding("a", Verdict.DEFERRED), True),
        (finding("a", Verdict.DEFERRED, row=Row.OTHER_RUN.value), False),
        (finding("a", Verdict.DEFERRED, row=Row.PENDING.value), False),
        (finding("a", Verdict.IN_PROGRESS), False),
        (finding("a", Verdict.UNOBSERVED), False),
    ],
)
def test_settled_is_what_was_seen_and_moves_no_more_by_itself(
    found: Finding, settled: bool
) -> None:
    assert is_settled(plan(found)) is settled
    assert not is_settled(plan(found, incomplete=("kap: no route",)))


def test_doubt_and_failure_come_first() -> None:
    found = [
        finding("a"),
        finding("b", Verdict.CHANGE),
        finding("c", Verdict.IN_PROGRESS),
        finding("d", Verdict.BLOCKED),
        finding("e", Verdict.IN_PROGRESS, failed=True),
        finding("f", Verdict.UNKNOWN),
    ]

    assert "".join(f.address.topic for f in by_urgency(found)) == "efdcba"
