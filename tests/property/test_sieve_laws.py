"""What is let go of while it is read changes nothing but how much is told of it."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reconciler.model.plan import Plan
from reconciler.model.verdict import Verdict
from reconciler.records import replace
from reconciler.sandbox.quirks import VALUES
from tests.property.test_apply_laws import Story, stories
from tests.support.chances import SHOWING
from tests.support.rich import (
    active,
    completed,
    connections,
    link,
    mirror,
    mirrors,
    snapshots,
    source,
    topic,
    world,
)
from tests.support.stage import Stage, desired_of

SLOW = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
QUIET = (Verdict.IN_SYNC, Verdict.UNMANAGED)


def told(plan: Plan) -> Plan:
    """A plan without what is as wanted, of which a sieve keeps the number only."""
    return replace(plan, findings=tuple(f for f in plan.findings if f.verdict not in QUIET))


def both(stage: Stage) -> tuple[Plan, Plan]:
    """A plan with every topic in it, and one that lets go."""
    return stage.plan().plan, stage.plan(is_whole=False).plan


def quiet(plan: Plan) -> int:
    counts = plan.counts()
    return sum(counts[verdict] for verdict in QUIET)


@st.composite
def quirks(draw) -> dict[str, str]:
    """How the vendor may show runs."""
    names = draw(st.lists(st.sampled_from(SHOWING), unique=True, max_size=3))
    return {name: draw(st.sampled_from(VALUES[name])) for name in names}


@SLOW
@given(stories(), quirks())
def test_a_sieve_changes_no_plan(story: Story, odd: dict[str, str]) -> None:
    """Same steps, same approval, same sentences, same counts; whatever the vendor shows."""
    stage = story.stage()
    stage.quirks(**odd)
    whole, sifted = both(stage)

    assert told(sifted) == told(whole)
    assert sifted.counts() == whole.counts()


@SLOW
@given(stories(), quirks())
def test_a_sieve_changes_no_plan_that_a_ledger_speaks_of(story: Story, odd: dict[str, str]) -> None:
    """Nor what is told of runs of ours, of causes, and of what was left behind."""
    with story.kept_stage() as stage:
        stage.quirks(**odd)
        stage.apply()
        stage.pass_time(3600.0)
        whole, sifted = both(stage)

    assert told(sifted) == told(whole)
    assert sifted.counts() == whole.counts()


POLICY = """---
apiVersion: reconciler.dev/v1alpha1
kind: Policy
metadata: {name: p}
spec: {maxPause: 1h, windows: {deny: [{schedule: "0 12 * * *", duration: 3h}]}}
"""


@SLOW
@given(stories(), st.sampled_from([0.0, 7200.0, 14400.0]))
def test_a_sieve_changes_no_plan_of_which_a_policy_speaks(story: Story, wait: float) -> None:
    """What has been paused for too long is told with a sieve as without one."""
    stage = story.stage()
    stage.apply()
    stage.desired = replace(stage.desired, policies=desired_of(stage.specs + POLICY).policies)
    stage.pass_time(wait)
    whole, sifted = both(stage)

    assert told(sifted).steps == told(whole).steps
    assert sifted.warnings == whole.warnings
    assert sifted.counts() == whole.counts()
    assert [f for f in sifted.findings if f.failed] == [f for f in whole.findings if f.failed]


def test_what_is_as_wanted_is_counted_and_not_kept() -> None:
    """The two laws above would hold for a sieve that lets nothing go."""
    story = _calm()
    whole, sifted = both(story)

    assert (len(whole.findings), quiet(whole)) == (4, 6)
    assert [(str(f.address), f.covers) for f in sifted.findings] == [
        ("ClusterLink/l", 2),
        ("Source/s", 2),
    ]
    assert quiet(sifted) == 6


def _calm() -> Stage:
    """A link and a source, each with two topics as wanted and one that no rule names."""
    done = {"status": "completed", "submitted": "-1d", "started": "-1d+5s", "ended": "-1d+1m"}
    parts = [
        source("s", *(topic(name, done) for name in "abc")),
        link("l", *(mirror(name) for name in "mno")),
    ]
    specs = connections() + snapshots("s", completed("a", "b")) + mirrors("l", active("m", "n"))
    return Stage(world(*parts), specs)
