"""The nouns: what little they compute."""

from datetime import timedelta

import pytest

from reconciler.core.rows import Row
from reconciler.core.ruling import Ruling
from reconciler.model.address import Address, Kind, Origin
from reconciler.model.change import Action, Form, Pause, Resume, Start, Stop, action_of
from reconciler.model.desired import SecretRef, SnapshotType
from reconciler.model.ledger import EMPTY, AttemptState
from reconciler.model.observed import Run
from reconciler.model.outcome import Traffic
from reconciler.model.plan import Plan
from reconciler.model.secret import Secret
from reconciler.model.verdict import Risk, Verdict
from reconciler.records import replace
from tests.support.plans import LINK, ORDERS, finding, in_sync, plan_of, start_step, stop_step
from tests.support.specs import (
    attempt,
    confluent,
    desired,
    ledger,
    run,
    since,
    streamkap,
)


@pytest.mark.parametrize(
    ("address", "text"),
    [
        (Address(Kind.SOURCE, "a"), "Source/a"),
        (Address(Kind.CLUSTER_LINK, "a", "b.c"), "ClusterLink/a/b.c"),
    ],
)
def test_an_address_is_told_with_slashes(address, text):
    assert str(address) == text


def test_a_topic_and_its_document_have_addresses_of_each_other():
    document = Address(Kind.SOURCE, "a")

    assert document.of("x") == Address(Kind.SOURCE, "a", "x")
    assert document.of("x").document == document


def test_an_origin_is_told_without_its_column():
    assert str(Origin("specs/a.yaml", 3, 7)) == "specs/a.yaml:3"


@pytest.mark.parametrize(
    ("change", "action"),
    [
        (Pause("c", "l", ()), Action.PAUSE),
        (Resume("c", "l", ()), Action.RESUME),
        (Start(Form.BULK, SnapshotType.BLOCKING, ()), Action.START),
        (Stop(Form.SINGLE, ()), Action.STOP),
    ],
)
def test_every_change_has_its_verb(change, action):
    assert action_of(change) is action


@pytest.mark.parametrize(
    ("reference", "text"),
    [
        (SecretRef(env="TOKEN"), "environment variable TOKEN"),
        (SecretRef(file="/run/token"), "file /run/token"),
    ],
)
def test_a_secret_is_told_by_where_it_is(reference, text):
    assert str(reference) == text


def test_a_secret_does_not_show_itself():
    secret = Secret("hunter2")

    shown = f"{secret} {secret!r} {[secret]}"

    assert "hunter2" not in shown
    assert secret.reveal() == "hunter2"


def test_values_are_frozen():
    with pytest.raises(AttributeError, match="immutable"):
        Address(Kind.SOURCE, "a").name = "b"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            replace(finding(LINK, Verdict.IN_SYNC, "it is as wanted"), row="runs.holds"),
            replace(finding(LINK, Verdict.IN_SYNC, "it is as wanted"), row="runs.older"),
        ),
        (
            Ruling(Verdict.IN_SYNC, "it is as wanted", row=Row.HOLDS),
            Ruling(Verdict.IN_SYNC, "it is as wanted"),
        ),
    ],
    ids=["finding", "ruling"],
)
def test_the_row_behind_it_makes_no_two_verdicts_differ(one, other):
    assert one == other
    assert len({one, other}) == 1
    assert one != replace(other, reason="else")


def test_a_connection_is_known_by_its_name():
    specs = desired(streamkap("a"), confluent("b"))

    assert (specs.connection("b"), specs.connection("b").name) == (specs.connections[1], "b")


def test_a_connection_that_does_not_exist_is_an_error():
    with pytest.raises(KeyError, match="c"):
        desired(streamkap("a")).connection("c")


@pytest.mark.parametrize(("endpoint", "sandbox"), [("sandbox", True), ("https://x.test", False)])
def test_the_embedded_sandbox_is_an_endpoint(endpoint, sandbox):
    assert streamkap(endpoint=endpoint).is_sandbox == sandbox


@pytest.mark.parametrize(
    ("changes", "time"),
    [
        ({}, None),
        ({"submitted": since(1)}, since(1)),
        ({"started": since(2)}, since(2)),
        ({"submitted": since(1), "started": since(2)}, since(2)),
        ({"ended": since(3)}, None),
    ],
)
def test_the_time_of_a_run_is_its_start_else_its_submit_time(changes, time):
    assert replace(Run("completed"), **changes).time == time


@pytest.mark.parametrize(
    ("status", "active", "known"),
    [
        ("pending", True, True),
        ("running", True, True),
        ("completed", False, True),
        ("failed", False, True),
        ("cancelled", False, True),
        ("canceled", False, False),
        ("RUNNING", False, False),
        ("", False, False),
    ],
)
def test_five_status_words_are_known_and_two_of_them_are_under_way(status, active, known):
    assert (run(status).is_active, run(status).is_known) == (active, known)


@pytest.mark.parametrize(
    ("scanned", "total", "percent"),
    [
        (None, 10, None),
        (1, None, None),
        (1, 0, None),
        (0, 10, 0.0),
        (1, 4, 25.0),
        (12, 10, 100.0),
    ],
)
def test_rows_in_percent_where_both_figures_are_known(scanned, total, percent):
    assert run("running", rows_scanned=scanned, rows_total=total).percent == percent


def test_a_ledger_gives_the_attempts_of_one_topic_oldest_first():
    late, early = (attempt(AttemptState.ENDED, since(n)) for n in (2, 1))
    others = (replace(early, topic="u"), replace(early, source_id="id-else"))

    assert ledger(late, *others, early).of("id-orders", "t") == (early, late)
    assert EMPTY.of("id-orders", "t") == ()


def test_traffic_is_counted_whole():
    assert Traffic(1, 2, 4, 8, 16, 32, 64).total == 127


def _counted(plan: Plan) -> dict[str, int]:
    return {str(verdict): count for verdict, count in plan.counts().items() if count}


def test_a_plan_counts_topics_by_verdict():
    link = replace(finding(LINK, Verdict.BLOCKED, "the link is paused"), covers=12)
    plan = plan_of(
        link,
        finding(LINK.of("gone"), Verdict.UNMANAGED, "STOPPED"),
        in_sync(ORDERS.of("x"), "completed"),
        in_sync(ORDERS.of("y"), "completed"),
        unmanaged=3,
    )

    assert _counted(plan) == {"in_sync": 2, "blocked": 12, "unmanaged": 4}
    assert list(plan.counts()) == list(Verdict)


@pytest.mark.parametrize(
    ("steps", "disruptive"),
    [
        ((), False),
        ((start_step("s1", "x"),), False),
        ((start_step("s1", "x"), replace(stop_step("s2"), risk=Risk.DISRUPTIVE)), True),
    ],
)
def test_a_plan_is_disruptive_where_any_step_is(steps, disruptive):
    assert plan_of(steps=steps).is_disruptive == disruptive


def test_the_defaults_of_a_connection_are_those_of_the_reference():
    connection = streamkap()

    limits = connection.limits
    assert (limits.snapshots, limits.sources_per_call, limits.names_per_call) == (5, 50, 1000)
    assert connection.lag == timedelta(seconds=60)
