from datetime import UTC, datetime

from reconciler.model.verdict import Cause, Verdict
from reconciler.render.prometheus import METRICS, Run, write
from tests.support.plans import LINK, NOW, finding, pause, plan_of, rich_plan, rich_report

ENDED = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)


def test_a_plan_in_figures() -> None:
    plan = plan_of(
        pause("orders.a", cause=Cause.DRIFT), finding(LINK.of("b"), Verdict.BLOCKED, "why")
    )

    text = write(Run("drift", plan, 4, ENDED, 1.5, None, NOW))

    rows = [line for line in text.splitlines() if not line.startswith("#")]
    assert 'reconciler_topics{command="drift",verdict="change"} 1' in rows
    assert 'reconciler_topics{command="drift",verdict="blocked"} 1' in rows
    assert 'reconciler_topics{command="drift",verdict="in_sync"} 0' in rows
    assert rows[-6:] == [
        'reconciler_requests{command="drift",purpose="retries"} 0',
        'reconciler_requests{command="drift",purpose="tokens"} 1',
        'reconciler_oldest_pause_timestamp_seconds{command="drift"} 1795253400',
        'reconciler_last_run_timestamp_seconds{command="drift"} 1795341600',
        'reconciler_last_run_duration_seconds{command="drift"} 1.5',
        'reconciler_last_run_exit_code{command="drift"} 4',
    ]
    assert 'reconciler_drifted_topics{command="drift"} 1' in rows


def test_an_apply_says_what_became_of_everything() -> None:
    report = rich_report()
    text = write(Run("apply", rich_plan(), 5, ENDED, 60.0, report))

    assert f'reconciler_requests{{command="apply",purpose="calls"}} {report.traffic.calls}' in text
    assert 'reconciler_results{command="apply",result="settled"}' in text
    assert "oldest_pause" not in text


def test_every_metric_is_described_once_and_is_a_gauge() -> None:
    text = write(Run("apply", rich_plan(), 0, ENDED, 1.0, rich_report(), NOW))

    lines = text.splitlines()
    assert [x.split()[2] for x in lines if x.startswith("# HELP")] == list(METRICS)
    assert [x.split()[2:] for x in lines if x.startswith("# TYPE")] == [
        [m, "gauge"] for m in METRICS
    ]
    assert text.endswith("\n")


def test_an_environment_is_a_label_of_every_metric() -> None:
    """Several write files that one collector reads; without it they would be one series."""
    plan = rich_plan(environment="prod")
    text = write(Run("apply", plan, 0, ENDED, 1.0, rich_report(), NOW))

    rows = [line for line in text.splitlines() if not line.startswith("#")]
    assert all('{command="apply",environment="prod"' in row for row in rows)


def test_what_is_acknowledged_and_what_is_left_out_is_told() -> None:
    known = pause("orders.a", cause=Cause.DRIFT, known="until tomorrow (INC-7)")
    text = write(Run("drift", plan_of(known, pause("b"), partial=True), 0, ENDED, 1.0))
    whole = write(Run("drift", plan_of(), 0, ENDED, 1.0))

    assert 'reconciler_acknowledged_topics{command="drift"} 1\n' in text
    assert 'reconciler_drifted_topics{command="drift"} 1\n' in text
    assert 'reconciler_partial{command="drift"} 1\n' in text
    assert 'reconciler_partial{command="drift"} 0\n' in whole
