"""Texts compared whole, and the sentences that a rich plan does not reach."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from reconciler.model.address import Origin
from reconciler.model.change import Action, Form, Pause, Start, StartSource, StartTopic
from reconciler.model.desired import SnapshotType
from reconciler.model.plan import Cost, Plan
from reconciler.model.verdict import Cause, Finding, Risk, Verdict
from reconciler.records import replace
from reconciler.render import text, words
from reconciler.render.view import View
from tests.support.plans import (
    LINK,
    LINK_SPEC,
    ORDERS,
    bulk_step,
    connections,
    finding,
    in_sync,
    mirror_step,
    pause,
    plan_of,
    rich_plan,
    rich_report,
    start,
    start_step,
    stop_step,
)

GOLDEN = Path(__file__).parent / "golden"
VIEW = View(paths=("specs/",))
UNSEEN = rich_plan(incomplete=("streamkap-prod: GET /sources: HTTP 503",), partial=True)
NARROW = View(verbose=True, ascii=True, width=70, allow_disruptive=True, plan_file="plan.json")
TEXTS: dict[str, Callable[[], list[text.Line]]] = {
    "plan": lambda: text.plan(UNSEEN, VIEW),
    "plan_verbose_ascii": lambda: text.plan(rich_plan(), NARROW),
    "report": lambda: text.report(rich_report(), UNSEEN, VIEW),
    "report_verbose": lambda: text.report(rich_report(), rich_plan(), View(verbose=True)),
    "drift": lambda: text.drift(UNSEEN, VIEW),
    "status": lambda: text.status(UNSEEN, VIEW),
}


@pytest.mark.parametrize("name", TEXTS)
def test_the_whole_text_is_as_agreed(name: str) -> None:
    expected = (GOLDEN / f"{name}.txt").read_text(encoding="utf-8")

    assert text.plain(TEXTS[name]()) == expected


@pytest.mark.parametrize("name", TEXTS)
def test_colour_changes_no_letter(name: str) -> None:
    lines = TEXTS[name]()
    coloured = text.ansi(lines)
    codes = ["\x1b[0m", *(f"\x1b[{style.value}m" for style in text.Style)]
    for code in codes:
        coloured = coloured.replace(code, "")

    assert coloured == text.plain(lines)


def _last(plan: Plan, view: View = VIEW) -> str:
    return text.plain(text.plan(plan, view)).rstrip().splitlines()[-1]


def _calm(count: int) -> list[Finding]:
    return [in_sync(LINK.of(f"t{number}"), "ACTIVE") for number in range(count)]


@pytest.mark.parametrize(
    ("findings", "unmanaged", "expected"),
    [
        ([], 0, words.NOTHING_DECLARED),
        ([], 3, "Nothing to do: 3 unmanaged."),
        (_calm(1), 0, "Nothing to do: the declared topic is in sync."),
        (_calm(2), 0, "Nothing to do: all 2 declared topics are in sync."),
        (_calm(2), 5, "Nothing to do: all 2 declared topics are in sync (5 unmanaged)."),
        (
            [*_calm(2), finding(ORDERS.of("a"), Verdict.SCHEDULED, "later")],
            0,
            "Nothing to do now: 1 scheduled; 2 in sync.",
        ),
        (
            [*_calm(2), finding(ORDERS.of("a"), Verdict.BLOCKED, "no")],
            0,
            "No changes, but not all is well: 1 blocked; 2 in sync.",
        ),
        (
            [finding(ORDERS, Verdict.UNOBSERVED, "no")],
            0,
            "No changes, but not all is well: 1 unobserved.",
        ),
    ],
)
def test_nothing_to_do_is_told_from_nothing_possible(
    findings: list[Finding], unmanaged: int, expected: str
) -> None:
    assert _last(plan_of(*findings, unmanaged=unmanaged)) == expected


@pytest.mark.parametrize(
    ("findings", "expected"),
    [
        ([start("a")], "Plan: 1 snapshot to start."),
        ([start("a", covers=5)], "Plan: 5 snapshots to start."),
        (
            [start("a"), start("b", action=Action.STOP)],
            "Plan: 1 snapshot to start, 1 to stop.",
        ),
        (
            [start("a", action=Action.STOP), pause("b"), pause("c", action=Action.RESUME)],
            "Plan: 1 snapshot to stop, 1 mirror to pause, 1 to resume.",
        ),
        ([*map(pause, "ab"), *_calm(1)], "Plan: 2 mirrors to pause; 1 in sync."),
    ],
)
def test_the_summary_counts_topics_by_what_happens_to_them(
    findings: list[Finding], expected: str
) -> None:
    assert _last(plan_of(*findings)) == expected


def test_an_empty_plan_reads_well() -> None:
    plan = replace(plan_of(), cost=Cost(0, 0, 0, 0, timedelta(0)), connections=())

    assert text.plain(text.plan(plan, VIEW)) == (
        "Nothing to do: no declared topic was found; `reconciler dump` writes specs for what "
        "exists.\n"
    )


@pytest.mark.parametrize(
    ("view", "rest"),
    [
        (VIEW, "20 of 21 sources start now, the others with later applies."),
        (View(plan_file="plan.json"), "a saved plan with so many starts is refused."),
    ],
)
def test_a_plan_of_many_starts_says_what_its_option_is_for(view: View, rest: str) -> None:
    sources = tuple(StartSource(f"source-{n}", (StartTopic("t", "db"),)) for n in range(21))
    many = replace(bulk_step("s1"), change=Start(Form.BULK, SnapshotType.INCREMENTAL, sources))
    told = text.plain(text.plan(plan_of(start("a"), steps=(many,)), view))

    assert f"\nWithout --max-starts 21: {rest}\n" in told


def test_documents_in_sync_are_only_counted() -> None:
    plan = plan_of(*_calm(9), in_sync(ORDERS.of("a"), "completed"), start("b"))

    actual = text.plain(text.plan(plan, VIEW))

    assert "1 other document is in sync, -v shows them.\n" in actual
    assert "  = in sync  1 topic\n" in actual


def test_a_long_list_of_topics_is_folded_to_a_line_with_a_count() -> None:
    plan = plan_of(*(pause(f"orders.topic-{number:03}") for number in range(400)))

    lines = text.plain(text.plan(plan, VIEW)).splitlines()

    assert lines[1] == (
        "  ‖ pause  orders.topic-000, orders.topic-001, orders.topic-002"
        " ... and 397 more, -v shows them"
    )
    assert max(map(len, lines[:6])) <= 100


def test_a_name_that_is_wider_than_the_output_is_shown_whole() -> None:
    name = "x" * 150
    plan = plan_of(pause(name), pause("y"))

    assert f"  ‖ pause  {name} ... and 1 more, -v shows them\n" in text.plain(text.plan(plan, VIEW))


def test_with_v_every_topic_is_listed() -> None:
    names = [f"orders.topic-{number:03}" for number in range(400)]
    plan = plan_of(*map(pause, names))

    actual = text.plain(text.plan(plan, View(verbose=True)))

    assert [name for name in names if name not in actual] == []
    assert "more" not in actual


def test_levels_that_differ_are_shown_as_a_range_and_advice_is_said_once() -> None:
    """A run per topic has a time per topic; the list must not grow by that."""
    rows = [
        start(
            name,
            before=f"completed 2026-11-0{day}",
            advice=f"see Source/orders-postgres/{name}",
            origin=Origin("specs/orders.yaml", day * 3),
        )
        for day, name in enumerate("abcd", 1)
    ]

    lines = text.plain(text.plan(plan_of(*rows), VIEW)).splitlines()

    assert lines[:6] == [
        "Source/orders-postgres",
        "  + start  a, b, c, d",
        (
            "           completed 2026-11-01 … completed 2026-11-04 → "
            "completed since 2026-11-20T00:00:00Z"
        ),
        "           it never ran (pending: the spec moved) · specs/orders.yaml:3 … 12",
        "           note: first run",
        "           do: see Source/orders-postgres/a (and likewise for the others)",
    ]


def test_with_v_levels_that_differ_are_told_apart() -> None:
    rows = [start("a", before=""), start("b", before="failed")]

    actual = text.plain(text.plan(plan_of(*rows), View(verbose=True)))

    assert "nothing seen → completed" in actual
    assert "failed → completed" in actual


def test_an_unseen_level_among_others_is_said() -> None:
    rows = [start("a", before=""), start("b", before="failed")]

    assert "nothing … failed → " in text.plain(text.plan(plan_of(*rows), VIEW))


def test_many_different_findings_are_folded_with_a_count() -> None:
    rows = [finding(ORDERS.of(f"t{n:02}"), Verdict.BLOCKED, f"reason {n}") for n in range(15)]

    actual = text.plain(text.plan(plan_of(*rows), VIEW))

    assert "  ... and 3 more blocked, -v shows them\n" in actual
    assert "reason 11" in actual
    assert "reason 12" not in actual


def test_many_calls_are_folded_with_a_count() -> None:
    steps = tuple(start_step(f"s{number}", "a") for number in range(1, 23))

    actual = text.plain(text.plan(plan_of(start("a"), steps=steps), VIEW))

    assert "  s1   POST /sources/snapshot\n" in actual
    assert "  ... and 2 more calls, -v shows them\n" in actual
    assert "  s21" not in actual


def test_a_verdict_of_a_whole_document_says_so() -> None:
    rows = [
        replace(finding(LINK, Verdict.BLOCKED, "the link is paused"), covers=12),
        finding(ORDERS, Verdict.BLOCKED, "not found"),
    ]

    actual = text.plain(text.plan(plan_of(*rows), VIEW))

    assert "  ! blocked  all 12 topics\n" in actual
    assert "  ! blocked  the whole document\n" in actual


def test_a_change_without_action_or_levels_still_shows() -> None:
    rows = [
        finding(ORDERS.of("a"), Verdict.CHANGE, "odd"),
        start("b", before="", after="", cause=Cause.DIFFERS, note=""),
        start("c", after="", cause=None, note=""),
    ]

    lines = text.plain(text.plan(plan_of(*rows), VIEW)).splitlines()

    assert lines[:8] == [
        "Source/orders-postgres",
        "  + to change  a",
        "               odd · specs/orders.yaml:12",
        "  + start      b",
        "               it never ran · specs/orders.yaml:12",
        "  + start      c",
        "               never run → as declared",
        "               it never ran · specs/orders.yaml:12",
    ]


def test_every_call_says_what_it_carries_and_what_it_waits_for() -> None:
    plan = plan_of(start("a"), steps=(stop_step("s1"), bulk_step("s2")))
    cost = Cost(1, 2, 1, 2, timedelta(seconds=119.2), "the exact search gave up", 0.5)

    lines = text.plain(text.plan(replace(plan, cost=cost), View(width=200))).splitlines()

    assert lines[6:13] == [
        (
            "Calls: 2 calls, at least 1 are needed (the exact search gave up)"
            "; about 2m with the reads at 0.5 requests a second"
        ),
        "  s1  POST /topics/bulk/stop-snapshot?reason=idle",
        (
            "      stop everything that runs on 2 sources: 2 topics, by streamkap-prod"
            " · after s1, s2 · not before 2026-11-21T09:30:00Z · not after 2026-11-21T10:30:00Z"
        ),
        "      ends: audit.0, audit.1",
        "  s2  POST /topics/bulk/snapshot",
        (
            "      start blocking bulk snapshot of 3 topics (filtered) on 2 sources, by streamkap-prod"
            " · disruptive, needs --allow disruptive"
        ),
        "Reads: 1 request to observe: 2 to confluent-west, 4 to streamkap-prod",
    ]


def test_one_connection_needs_no_split_of_the_reads() -> None:
    plan = replace(plan_of(), connections=connections()[:1])

    assert "Reads: 6 requests to observe\n" in text.plain(text.plan(plan, VIEW))


@pytest.mark.parametrize(
    ("plan", "view", "expected"),
    [
        (rich_plan(), View(), "reconciler apply --allow disruptive"),
        (
            rich_plan(),
            View(paths=("my specs/", "b.yaml"), options=("--label", "team=a b")),
            "reconciler apply 'my specs/' b.yaml --label 'team=a b' --allow disruptive",
        ),
        (
            UNSEEN,
            View(paths=("specs/",), plan_file="p.json"),
            "reconciler apply --plan p.json specs/ --allow disruptive --allow-incomplete",
        ),
        (
            plan_of(start("a"), steps=(start_step("s1", "a"),)),
            VIEW,
            "reconciler apply specs/",
        ),
    ],
)
def test_the_command_carries_out_exactly_this_plan(plan: Plan, view: View, expected: str) -> None:
    lines = text.plain(text.plan(plan, view)).splitlines()

    assert lines[lines.index("To carry it out:") + 1] == f"  {expected}"


def test_what_stays_safe_without_a_word_is_counted() -> None:
    mixed = mirror_step("s1", Pause("lkc-1", "l", ("a", "b", "c")), Risk.DISRUPTIVE)
    items = (replace(mixed.items[0], risk=Risk.SAFE), *mixed.items[1:])
    plan = plan_of(*map(pause, "abc"), steps=(replace(mixed, items=items),))

    assert _last(plan) == (
        "Without --allow disruptive it carries out only what is safe: 1 of 3 changes."
    )


def test_the_order_of_findings_does_not_matter() -> None:
    plan = rich_plan()
    turned = replace(plan, findings=plan.findings[::-1])

    assert text.plain(text.plan(turned, VIEW)) == text.plain(text.plan(plan, VIEW))


def test_places_in_several_files_are_all_named() -> None:
    rows = [start("a"), start("b", origin=Origin(LINK_SPEC, 4)), start("c", origin=Origin("z", 1))]

    assert "· specs/mirrors.yaml:4, specs/orders.yaml:12, z:1\n" in text.plain(
        text.plan(plan_of(*rows), VIEW)
    )
