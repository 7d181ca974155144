"""A run that takes in topics nobody named is told, also where every named topic runs as it should."""

import pytest

from reconciler.core import outcomes
from reconciler.core.settled import Wait
from reconciler.model.outcome import Outcome, Result
from tests.support.rich import completed, connections, snapshots, source, topic, world
from tests.support.stage import Stage

WORLD = world(source("crm", topic("crm.x"), topic("crm.notes")))
SPECS = connections() + snapshots("crm", completed("crm.x", more=", filter: 'a = 1'"))


@pytest.mark.parametrize("wait", [None, Wait.STARTED, Wait.SETTLED])
def test_a_start_that_runs_more_than_it_named_fails_and_names_the_strays(wait):
    """The only start of its form has no canary before it; the look after the call must say so."""
    stage = Stage(WORLD, SPECS)
    stage.quirks(topic_names="full", unknown_name="whole_source")

    applied = stage.apply(wait=wait)

    assert "crm/crm.notes" in stage.our_starts()
    assert applied.of("crm.x").result is Result.FAILED
    assert applied.of("crm.x").message == "runs began on topics that it did not name: crm.notes"
    assert Outcome.FAILED in outcomes.of_apply(applied.planned.plan, applied.report)


def test_a_start_that_runs_what_it_named_is_told_nothing_of():
    applied = Stage(WORLD, SPECS).apply(wait=Wait.SETTLED)

    assert applied.report.warnings == ()
    assert outcomes.of_apply(applied.planned.plan, applied.report) == (Outcome.OK,)
