"""What differs between two plans: found, counted, shown."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from reconciler.model.call import Call
from reconciler.model.change import Pause, Resume
from reconciler.model.plan import Plan, Step
from reconciler.model.verdict import Risk, Verdict
from reconciler.records import replace
from reconciler.render import comparison_views
from reconciler.render.comparison import (
    Comparison,
    Difference,
    FieldChange,
    StepDifference,
    VerdictDifference,
    compare,
)
from reconciler.render.json_view import dumps
from reconciler.render.lines import plain
from reconciler.render.view import View
from tests.support.plans import (
    NOW,
    ORDERS,
    bulk_step,
    finding,
    mirror_step,
    plan_of,
    rich_plan,
    start,
    start_step,
    stop_step,
)

GOLDEN = Path(__file__).parent / "golden"
VIEW = View()
PAUSE = mirror_step("s2", Pause("lkc-abc123", "east-to-west", ("a", "b")), Risk.SAFE)
RESUME = mirror_step("s3", Resume("lkc-abc123", "east-to-west", ("c",)), Risk.SAFE)
NEW_PAUSE = mirror_step("s1", Pause("lkc-abc123", "east-to-west", ("b", "d")), Risk.SAFE)


def _plan(*steps: Step, approval: str = "sha256:0a") -> Plan:
    return plan_of(steps=steps, approval=approval)


def _rich() -> Comparison:
    """Something of every kind."""
    old = rich_plan()
    moved = {"public.orders": Verdict.IN_PROGRESS, "public.order_items": Verdict.IN_SYNC}
    findings = tuple(
        replace(f, verdict=moved[f.address.topic], action=None, risk=None, before="running")
        if f.address.topic in moved
        else f
        for f in old.findings
        if f.address.topic != "public.refunds"
    )
    added = start("public.new")
    pause = mirror_step(
        "s1", Pause("lkc-abc123", "east-to-west", ("orders.created", "orders.x|y")), Risk.DISRUPTIVE
    )
    steps = (pause, stop_step("s2"), replace(old.steps[2], id="s3"))
    new = replace(
        old,
        findings=tuple(sorted((*findings, added), key=lambda f: f.address)),
        steps=steps,
        approval="sha256:def",
        created_at=NOW + timedelta(hours=2),
    )
    return compare(old, new)


def test_plans_that_do_the_same_differ_in_nothing() -> None:
    """Numbers and order of steps are nobody's concern."""
    turned = (replace(RESUME, id="s1"), replace(PAUSE, id="s2", needs=("s1",)))

    found = compare(_plan(PAUSE, RESUME), _plan(*turned))

    assert (found.steps, found.same, found.verdicts, found.is_approved) == ((), 2, (), True)


def test_calls_are_added_and_removed() -> None:
    start_one = start_step("s1", "t")
    found = compare(_plan(start_one, PAUSE), _plan(PAUSE, RESUME, approval="sha256:0b"))

    assert found.steps == (
        StepDifference(Difference.REMOVED, start_one),
        StepDifference(Difference.ADDED, RESUME),
    )
    assert (found.same, found.is_approved) == (1, False)


def test_a_call_with_a_topic_in_common_has_changed() -> None:
    found = compare(_plan(PAUSE), _plan(NEW_PAUSE))

    before = "ClusterLink/east-to-west/"
    assert found.steps == (
        StepDifference(
            Difference.CHANGED,
            NEW_PAUSE,
            PAUSE,
            (
                FieldChange(("topics", f"{before}a"), "safe, rests on ACTIVE", ""),
                FieldChange(("topics", f"{before}d"), "", "safe, rests on ACTIVE"),
            ),
        ),
    )


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(
            mirror_step("s2", Resume("lkc-abc123", "east-to-west", ("a", "b")), Risk.SAFE),
            id="the-opposite",
        ),
        pytest.param(
            replace(PAUSE, call=replace(PAUSE.call, connection="elsewhere")), id="elsewhere"
        ),
        pytest.param(
            mirror_step("s2", Pause("lkc-abc123", "east-to-west", ("x",)), Risk.SAFE),
            id="other-topics",
        ),
    ],
)
def test_a_call_that_does_something_else_is_another_one(other: Step) -> None:
    found = compare(_plan(PAUSE), _plan(other))

    assert [item.difference for item in found.steps] == [Difference.REMOVED, Difference.ADDED]


def test_what_a_stop_ends_and_what_a_start_asks_is_told() -> None:
    stop = stop_step("s1")
    wider = replace(stop.change.sources[0], topics=("audit.0", "audit.9"))
    stop_more = replace(
        stop,
        change=replace(stop.change, sources=(wider, stop.change.sources[1])),
        not_after=None,
    )
    begin = replace(bulk_step("s2"), items=start_step("s2", "t1").items)
    keyed = replace(begin, change=replace(begin.change, surrogate_key="id"))

    found = compare(_plan(stop, begin), _plan(stop_more, keyed))

    assert [item.fields for item in found.steps] == [
        (
            FieldChange(("ends", "audit.9"), "", "yes"),
            FieldChange(("not_after",), "2026-11-21T10:30:00Z", ""),
        ),
        (FieldChange(("surrogate_key",), "", "id"),),
    ]


def test_ids_that_no_reader_sees_are_told_by_the_body() -> None:
    call = Call("streamkap-prod", "POST", "/sources/snapshot", {"topic_ids": ["db9"]})
    step = start_step("s1", "t")

    found = compare(_plan(step), _plan(replace(step, call=call)))

    assert found.steps[0].fields == (
        FieldChange(("body", "source_id"), "67ad6e0af08a2365c729ba79", ""),
        FieldChange(("body", "topic_ids"), "", '["db9"]'),
    )


def test_verdicts_are_told_by_what_they_say_not_by_their_reasons() -> None:
    before = finding(ORDERS.of("a"), Verdict.BLOCKED, "since an hour")
    after = replace(before, reason="since two hours", origin=replace(before.origin, line=99))

    assert compare(plan_of(before), plan_of(after)).verdicts == ()


def test_a_resource_that_came_or_went_is_told_whole() -> None:
    row = finding(ORDERS.of("a"), Verdict.BLOCKED, "no")
    fields = (FieldChange(("verdict",), "", "blocked"),)
    turned = (FieldChange(("verdict",), "blocked", ""),)
    address = str(row.address)

    assert compare(plan_of(), plan_of(row)).verdicts == (
        VerdictDifference(Difference.ADDED, address, fields),
    )
    assert compare(plan_of(row), plan_of()).verdicts == (
        VerdictDifference(Difference.REMOVED, address, turned),
    )


def test_two_findings_of_one_address_are_kept_apart() -> None:
    one = finding(ORDERS, Verdict.BLOCKED, "one")
    two = replace(one, verdict=Verdict.DEFERRED)
    three = replace(one, verdict=Verdict.UNKNOWN)

    found = compare(plan_of(one), plan_of(one, two, three))

    assert [item.address for item in found.verdicts] == [f"{ORDERS} (2)", f"{ORDERS} (3)"]


def test_the_text_reads_like_this() -> None:
    expected = (GOLDEN / "comparison.txt").read_text(encoding="utf-8")

    assert plain(comparison_views.text(_rich(), VIEW)) == expected


def test_the_page_reads_like_this() -> None:
    expected = (GOLDEN / "comparison.md").read_text(encoding="utf-8")

    assert comparison_views.markdown(_rich()) == expected


def test_the_document_reads_like_this() -> None:
    document = comparison_views.document(_rich())
    found = json.loads(dumps(document))

    assert (found["approval_holds"], found["old"], found["new"], found["steps"]["same"]) == (
        False,
        {"approval": "sha256:abc", "created_at": "2026-11-21T09:30:00Z"},
        {"approval": "sha256:def", "created_at": "2026-11-21T11:30:00Z"},
        1,
    )
    assert [
        (item["difference"], item["step"]["id"], (item["was"] or {}).get("id"))
        for item in found["steps"]["different"]
    ] == [("removed", "s1", None), ("changed", "s1", "s2"), ("added", "s2", None)]
    assert found["resources"][0] == {
        "address": "Source/orders-postgres/public.new",
        "difference": "added",
        "fields": [
            {"path": ["action"], "before": None, "after": "start"},
            {"path": ["after"], "before": None, "after": "completed since 2026-11-20T00:00:00Z"},
            {"path": ["before"], "before": None, "after": "never run"},
            {"path": ["risk"], "before": None, "after": "safe"},
            {"path": ["verdict"], "before": None, "after": "change"},
        ],
    }


def test_nothing_that_differs_is_one_line() -> None:
    found = compare(_plan(PAUSE), _plan(PAUSE))
    told = "The approval holds. Calls: 1 the same."

    assert plain(comparison_views.text(found, VIEW)).splitlines()[1:] == ["", told]
    assert comparison_views.markdown(found) == f"**{told}**\n"


def test_many_verdicts_are_folded() -> None:
    rows = [finding(ORDERS.of(f"t{n:02}"), Verdict.BLOCKED, "no") for n in range(30)]
    found = compare(plan_of(), plan_of(*rows))

    folded = plain(comparison_views.text(found, VIEW))
    whole = plain(comparison_views.text(found, replace(VIEW, verbose=True)))

    assert "  ... and 10 more, -v shows them\n" in folded
    assert (folded.count("  + Source/"), whole.count("  + Source/")) == (20, 30)
