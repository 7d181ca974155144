"""The screen of a watch, and the lines it tells elsewhere."""

from datetime import UTC, datetime, timedelta

from reconciler.core.watching import News
from reconciler.model.address import Address, Kind, Origin
from reconciler.model.plan import Cost, Plan
from reconciler.model.verdict import Finding, Verdict
from reconciler.records import replace
from reconciler.render.lines import plain
from reconciler.render.text_watch import Watched, changes, failure, screen

AT = datetime(2026, 1, 1, tzinfo=UTC)
A = Address(Kind.SOURCE, "a")


def plan(*verdicts: Verdict, incomplete: tuple[str, ...] = ()) -> Plan:
    found = tuple(
        Finding(A.of(f"t{n}"), verdict, "why", Origin("f", 1)) for n, verdict in enumerate(verdicts)
    )
    return Plan(AT, found, (), (), Cost(0, 0, 0, 0, timedelta()), incomplete=incomplete)


def drawn(watched: Watched, height: int = 24) -> list[str]:
    return plain(screen(watched, height)).splitlines()


def test_before_anything_was_seen_it_says_that_it_looks() -> None:
    assert drawn(Watched()) == ["nothing seen yet, looking; Ctrl-C ends"]


def test_what_is_in_sync_is_only_a_number() -> None:
    watched = Watched(plan(Verdict.IN_SYNC, Verdict.BLOCKED, Verdict.UNMANAGED), AT, waits=7)

    assert drawn(watched) == [
        "as of 2026-01-01T00:00:00Z, next look in 7s; Ctrl-C ends",
        "Status: 1 blocked; 1 in sync; 1 unmanaged.",
        "",
        "! Source/a/t1 blocked · why",
    ]


def test_an_outage_leaves_what_was_seen_last() -> None:
    seen = Watched(plan(Verdict.IN_SYNC, incomplete=("kap: away",)), AT)

    rows = drawn(replace(seen, trouble="no ledger"))
    assert rows[1] == "The last look failed: no ledger"
    assert rows[3] == "INCOMPLETE: kap: away"


def test_a_low_terminal_shows_a_part_and_how_much_more() -> None:
    rows = drawn(Watched(plan(*[Verdict.BLOCKED] * 50), AT), height=10)

    assert len(rows) <= 10
    assert rows[-1] == "  ... and 45 more; --select shows a part"


def test_news_are_a_line_each_and_the_first_look_ends_with_a_summary() -> None:
    seen = plan(Verdict.BLOCKED)
    news = News(seen.findings, (A.of("gone"),), ("kap: away",))

    told = plain(changes(news, AT, plan=seen, is_first=False)).splitlines()
    assert [row.removeprefix("2026-01-01T00:00:00Z ") for row in told] == [
        "INCOMPLETE: kap: away",
        "! Source/a/t0 blocked · why",
        "Source/a/gone: no longer shown",
        "Status: 1 blocked.",
    ]
    assert changes(News(), AT, plan=seen, is_first=False) == []
    assert len(changes(News(), AT, plan=seen, is_first=True)) == 1
    assert len(changes(News(is_whole_again=True), AT, plan=seen, is_first=False)) == 2


def test_a_look_that_failed_is_a_line() -> None:
    assert plain(failure("no ledger", AT)) == "2026-01-01T00:00:00Z the look failed: no ledger\n"
