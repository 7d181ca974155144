"""Stages with a saved plan, and what an apply of it did."""

from collections import Counter

from reconciler.model.outcome import ApplyReport, Result
from reconciler.model.saved import SavedPlan
from reconciler.render import planfile
from tests.support.rich import (
    OLD,
    RICH_SPECS,
    RICH_WORLD,
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
from tests.support.saved import saved_of
from tests.support.stage import Stage

MIRRORS = "/kafka/v3/clusters/lkc-1/links/west/mirrors"


def rich() -> tuple[Stage, SavedPlan]:
    """A stage, and a plan of it that was on the disk."""
    stage = Stage(RICH_WORLD, RICH_SPECS)
    return stage, planfile.read(planfile.write(saved_of(stage.plan())).encode())


def crm(*more: str) -> Stage:
    """Two topics of a source, of which one has a run from long ago; two mirrors."""
    return Stage(
        world(
            source("crm", topic("crm.x"), topic("crm.y", OLD)),
            link("west", mirror("a"), mirror("b", "PAUSED")),
        ),
        connections()
        + snapshots("crm", completed("crm.?"))
        + mirrors("west", paused("a") + "\n" + active("b"))
        + "".join(more),
    )


def results_of(report: ApplyReport) -> dict[str, Result]:
    return {item.address.topic: item.result for item in report.items}


def messages_of(report: ApplyReport) -> dict[str, str]:
    return {item.address.topic: item.message for item in report.items}


def bodies_of(stage: Stage) -> Counter[str]:
    calls = [r for r in stage.requests() if f"{r['method']} {r['path']}" in set(stage.writes())]
    return Counter(f"{r['path']} {r['body']}" for r in calls if r["method"] == "POST")
