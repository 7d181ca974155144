"""Who moved, told over several commands with a ledger: drift, edits, dates, contests, leftovers."""

from reconciler.core.judge import Policy
from reconciler.core.outcomes import of_drift
from reconciler.core.select import Selection, parse_selector
from reconciler.ledger.protocol import Ledger
from reconciler.model.journal import WordKind
from reconciler.model.left_behind import Remains
from reconciler.model.outcome import Outcome
from reconciler.model.verdict import Cause
from tests.support.ledgers import word
from tests.support.rich import (
    active,
    completed,
    connections,
    link,
    mirror,
    mirrors,
    paused,
    snapshots,
    source,
    topic,
    world,
)
from tests.support.stage import Stage, desired_of

PAUSED = connections() + mirrors("west", paused("a"))
ACTIVE = connections() + mirrors("west", active("a", "b"))
ALTERED = "/kafka/v3/clusters/lkc-1/links/west/mirrors"
CONTESTED = (
    "ClusterLink/west/a: contested: paused 3 times in a row, last 2026-11-22T12:02:05Z, and "
    "changed back each time; find out by whom, or change the spec"
)


def west(ledger: Ledger | None, specs: str = PAUSED) -> Stage:
    """A link with two mirrors, and what remembers."""
    return Stage(world(link("west", mirror("a"), mirror("b"))), specs, ledger=ledger)


def now_say(stage: Stage, specs: str) -> None:
    """Merge an edit of the specs."""
    stage.desired = desired_of(specs)


def by_hand(stage: Stage, verb: str, name: str = "a") -> None:
    """Somebody pauses or resumes a mirror, and it takes effect."""
    answer = stage.hands_on("POST", f"{ALTERED}:{verb}", {"mirror_topic_names": [name]})
    assert answer.status_code == 200, answer.text
    stage.pass_time(60)


def causes(stage: Stage) -> dict[str, Cause | None]:
    """Why each topic has a change, as a plan tells."""
    findings = stage.plan().plan.findings
    return {f.address.topic: f.cause for f in findings if f.action is not None}


def warnings(stage: Stage) -> list[str]:
    """What a plan warns of, but for connections that a stage has no use for."""
    return [w for w in stage.plan().plan.warnings if "no document uses" not in w]


def test_what_somebody_changed_by_hand_drifted(ledger: Ledger) -> None:
    stage = west(ledger)
    stage.apply()
    stage.apply()
    by_hand(stage, "resume")

    plan = stage.plan().plan

    assert causes(stage) == {"a": Cause.DRIFT}
    assert of_drift(plan) == (Outcome.DRIFT,)


def test_what_an_edit_asks_for_is_pending_and_no_drift(ledger: Ledger) -> None:
    stage = west(ledger)
    stage.apply()
    stage.apply()
    now_say(stage, ACTIVE)

    plan = stage.plan().plan

    assert causes(stage) == {"a": Cause.PENDING}
    assert of_drift(plan) == (Outcome.OK,)


def test_a_pause_whose_end_has_come_is_due(ledger: Ledger) -> None:
    specs = connections() + mirrors("west", paused("a", until="2026-11-23T00:00:00Z"))
    stage = west(ledger, specs)
    stage.apply()
    stage.apply()
    stage.pass_time(86_400)

    assert causes(stage) == {"a": Cause.DUE}
    assert of_drift(stage.plan().plan) == (Outcome.OK,)


def test_a_snapshot_whose_time_has_come_is_due(ledger: Ledger) -> None:
    specs = connections() + snapshots(
        "crm", "- {topics: [x], state: completed, since: '2026-11-23T00:00:00Z'}"
    )
    stage = Stage(world(source("crm", topic("x"))), specs, ledger=ledger)
    stage.apply()
    stage.pass_time(86_400)

    assert causes(stage) == {"x": Cause.DUE}


def test_a_level_that_was_never_seen_to_hold_is_no_drift_with_a_ledger(ledger: Ledger) -> None:
    assert causes(west(ledger)) == {"a": Cause.DIFFERS}
    assert of_drift(west(ledger).plan().plan) == (Outcome.OK,)
    assert of_drift(west(None).plan().plan) == (Outcome.DRIFT,)


def test_a_plan_notes_nothing(ledger: Ledger) -> None:
    stage = west(ledger, ACTIVE)
    stage.plan()

    assert ledger.applied() == ()


def test_an_apply_notes_once_what_holds(ledger: Ledger) -> None:
    stage = west(ledger, ACTIVE)
    stage.apply()
    first = ledger.applied()
    stage.pass_time(60)
    stage.apply()

    assert [(a.topic, a.desired, a.level) for a in first] == [
        ("a", "active", "ACTIVE"),
        ("b", "active", "ACTIVE"),
    ]
    assert ledger.applied() == first


def test_what_is_changed_back_after_each_of_three_applies_is_contested(ledger: Ledger) -> None:
    stage = west(ledger)
    for _ in range(3):
        stage.apply()
        by_hand(stage, "resume")

    assert warnings(stage) == [CONTESTED]
    assert stage.plan().plan.findings[0].note.startswith("contested: paused 3 times in a row")


def test_a_filter_that_was_edited_alone_is_told(ledger: Ledger) -> None:
    specs = connections() + snapshots("crm", completed("x", more=", filter: 'a > 1'"))
    stage = Stage(world(source("crm", topic("x"))), specs, ledger=ledger)
    stage.apply()
    stage.pass_time(3_600)
    assert warnings(stage) == []

    now_say(stage, specs.replace("a > 1", "a > 2"))

    (warning,) = warnings(stage)
    assert warning.endswith(
        "Source/crm: x: the filter changed since the snapshot that satisfies it; raise `since` to "
        "run it again"
    )


def test_a_pause_that_no_spec_names_any_more_is_left_behind(ledger: Ledger) -> None:
    stage = west(ledger)
    stage.apply()
    now_say(stage, connections())
    before = stage.writes()

    (left,) = stage.apply().planned.plan.left_behind

    assert (str(left.address), left.what) == ("ClusterLink/west/a", Remains.PAUSED)
    assert left.actor.name == "anna"
    assert stage.writes() == before


def test_a_selection_shows_what_it_takes_of_what_is_left_behind(ledger: Ledger) -> None:
    stage = west(ledger)
    stage.apply()
    now_say(stage, connections() + mirrors("west", active("b")))

    def shown(text: str) -> int:
        policy = Policy(Selection((parse_selector(text),)))
        return len(stage.plan(policy).plan.left_behind)

    assert shown("ClusterLink/west") == 1
    assert shown("ClusterLink/west/b") == 0


def test_a_leftover_that_is_seen_to_be_over_or_forgotten_is_gone(ledger: Ledger) -> None:
    stage = west(ledger)
    stage.apply()
    now_say(stage, connections() + mirrors("west", active("b")))
    (left,) = stage.plan().plan.left_behind
    by_hand(stage, "resume")

    assert stage.plan().plan.left_behind == ()

    by_hand(stage, "pause")
    assert stage.plan().plan.left_behind == (left,)

    ledger.say([word(WordKind.FORGET, 600, "a", scope=left.scope)])
    assert stage.plan().plan.left_behind == ()


def test_a_run_under_way_that_no_spec_names_any_more_is_left_behind(ledger: Ledger) -> None:
    specs = connections() + snapshots("crm", completed("x"))
    stage = Stage(world(source("crm", topic("x", rows=100_000))), specs, ledger=ledger)
    stage.apply()
    now_say(stage, connections())

    (left,) = stage.plan().plan.left_behind

    assert (str(left.address), left.what) == ("Source/crm/x", Remains.RUN)
    now_say(stage, specs)
    assert stage.plan().plan.left_behind == ()


def test_a_vendor_out_of_reach_leaves_nothing_behind(ledger: Ledger) -> None:
    """The document is there; only what it speaks of was not found this time."""
    specs = connections() + snapshots("crm", completed("x"))
    stage = Stage(world(source("crm", topic("x", rows=100_000))), specs, ledger=ledger)
    stage.apply()
    stage.fail(
        {"method": "GET", "path": "/sources.*", "times": 99, "effect": "status", "status": 503}
    )

    plan = stage.plan().plan

    assert plan.incomplete
    assert plan.left_behind == ()
