"""What `doctor` finds: every read of a plan is tried, and told as it went."""

from datetime import timedelta

import pytest

from reconciler.engine.surveying import examine
from reconciler.model.checkup import Check, Checkup, Level
from reconciler.model.desired import Limits, Observer
from reconciler.model.inventory import Inventory, ListedSource
from reconciler.model.observed import LinkTarget
from reconciler.providers.checking import clock_check
from reconciler.providers.exchange import Seen
from reconciler.records import replace
from tests.support.loop import START
from tests.support.rich import FAILED, FRESH, OLD, connections, link, mirror, source, topic, world
from tests.support.stage import Stage

ORDERS = source("orders", topic("public.a", OLD), topic("public.b", FAILED), topic("public.c"))
WEST = link("west", mirror("a"), mirror("b", "PAUSED"), mirror("c", "STOPPED"))
READS = {"/auth/access-token", "/dashboard/lineage/topics/batch"}
PROJECT = "65f0c1d2e3f4a5b6c7d8e9f0"


def staged(*parts, **more: object) -> Stage:
    return Stage(world(*(parts or (ORDERS, WEST)), **more), connections())


def examined(stage: Stage, name: str, *cluster_ids: str, **changes: object) -> Checkup:
    """The checkup of one connection, with some of its fields changed."""
    connection = replace(stage.desired.connection(name), **changes)
    stage.desired = replace(stage.desired, connections=(connection,))

    async def main() -> tuple[Checkup, ...]:
        async with stage._opened() as providers:
            return await examine(providers, [connection], {name: cluster_ids})

    (found,) = stage.clock.run(main)
    return found


def inventory(stage: Stage, name: str, *cluster_ids: str, **changes: object) -> Inventory:
    connection = replace(stage.desired.connection(name), **changes)
    stage.desired = replace(stage.desired, connections=(connection,))

    async def main() -> Inventory:
        async with stage._opened() as providers:
            return await providers[name].inventory(cluster_ids)

    return stage.clock.run(main)


def check(found: Checkup, name: str) -> Check:
    (one,) = [check for check in found.examined.checks if check.name == name]
    return one


def levels(found: Checkup) -> dict[str, str]:
    return {check.name: check.level.value for check in found.examined.checks}


def test_a_healthy_project_passes_every_check_with_reads_alone():
    stage = staged()
    found = examined(stage, "kap")

    assert found.level is Level.OK
    assert [(c.name, c.found) for c in found.examined.checks] == [
        ("credential", "a token was given"),
        ("sources", "1 source"),
        ("project", f"every source is of {PROJECT}"),
        ("lineage", "answers for 1 source"),
        ("times", "RFC 3339 with a zone (2)"),
        ("topics", "3 topics of 1 source; each has its database id"),
        ("second witness", "tells which topics ever had a snapshot"),
        ("clock", "0s apart"),
        ("pace", "5 requests"),
    ]
    assert found.examined.settings == (
        ("project", PROJECT),
        ("observe", "lineage"),
        ("lag", "5s"),
        ("limits", "{requestsPerSecond: 0, burst: 0, concurrency: 0}"),
    )
    assert {str(r["path"]) for r in stage.requests() if r["method"] != "GET"} <= READS


@pytest.mark.parametrize(
    ("quirk", "value", "name", "level", "told"),
    [
        ("run_times", "naive", "times", "ok", "without a zone, which is read as UTC (2)"),
        ("run_times", "epoch_ms", "times", "ok", "milliseconds since 1970 (2)"),
        ("run_times", "null", "times", "warn", "no time at all (2)"),
        ("run_times", "null", "undated runs", "warn", "2 ended runs of 2 without a time"),
        ("pairing", "short", "topics", "warn", "3 topics of 1 source; ids of 1 source cannot be paired"),
        ("date_header", "absent", "clock", "warn", "the vendor sends no Date; the time of this machine counts"),
        ("date_header", "skewed", "clock", "warn", "the vendor is 5m ahead of this machine; its time counts"),
        ("lineage", "missing", "metrics", "ok", "answer for 1 source"),
        ("total_lies", "yes", "sources", "ok", "1 source"),
        ("nulls", "omitted", "lineage", "ok", "answers for 1 source"),
    ],
)  # fmt: skip
def test_what_is_not_documented_is_told(quirk: str, value: str, name: str, level: str, told: str):
    stage = staged()
    stage.quirks(**{quirk: value})
    one = check(examined(stage, "kap"), name)

    assert (one.level.value, one.found) == (level, told)
    assert bool(one.advice) is (level != "ok")


@pytest.mark.parametrize("value", ["missing", "other_shape"])
def test_where_the_dashboard_does_not_answer_the_metrics_are_the_setting(value: str):
    stage = staged()
    stage.quirks(lineage=value)
    found = examined(stage, "kap")

    assert ("observe", "metrics") in found.examined.settings
    assert (levels(found)["lineage"], levels(found)["metrics"]) == ("warn", "ok")
    assert found.level is Level.WARN


def test_who_asks_the_metrics_learns_that_the_dashboard_answers():
    found = examined(staged(), "kap", observe=Observer.METRICS)

    assert levels(found)["observe"] == "warn"
    assert ("observe", "lineage") in found.examined.settings


@pytest.mark.parametrize(
    ("path", "name", "failing"),
    [
        ("^/sources$", "sources", {"sources"}),
        ("^/dashboard|/metrics$", "lineage", {"lineage", "metrics"}),
        ("^/topics", "topics", {"topics", "second witness"}),
        ("^/auth", "credential", {"credential"}),
    ],
)
def test_a_read_that_is_not_permitted_fails_its_check_with_a_next_step(
    path: str, name: str, failing: set[str]
):
    stage = staged()
    stage.fail({"effect": "status", "status": 403, "path": path, "times": None})
    found = examined(stage, "kap")

    assert {n for n, level in levels(found).items() if level == "fail"} == failing
    assert check(found, name).advice
    assert found.level is Level.FAIL


def test_a_wrong_credential_ends_the_examination():
    stage = staged()
    stage.credential = ("demo", "wrong")
    found = examined(stage, "kap")

    assert levels(found) == {"credential": "fail"}
    assert found.examined.settings == ()


def test_a_gateway_that_is_down_fails_the_credential():
    stage = staged()
    stage.fail({"effect": "html", "times": None})

    assert levels(examined(stage, "kap")) == {"credential": "fail"}


def test_an_empty_project_is_odd():
    found = examined(staged(WEST), "kap")

    assert levels(found) == {"credential": "ok", "sources": "warn", "clock": "ok", "pace": "ok"}


def test_a_source_without_runs_tells_nothing_of_times():
    found = examined(staged(source("s", topic("a"))), "kap")

    assert check(found, "times").level is Level.WARN


def test_a_pin_that_fits_no_source_is_odd():
    found = examined(staged(), "kap", project="x")

    assert check(found, "project").found == f"pinned to x, but sources are of {PROJECT}"


def test_a_pin_that_fits_is_the_setting():
    assert ("project", PROJECT) in examined(staged(), "kap", project=PROJECT).examined.settings


def test_several_projects_are_odd():
    other = source("till", topic("a")) | {"service_id": "b" * 24}
    found = examined(staged(ORDERS, other), "kap")

    assert check(found, "project").found == "2 projects"
    assert "project" not in dict(found.examined.settings)


def test_what_had_to_be_repeated_slows_the_settings_down():
    stage = staged()
    stage.fail(
        {"effect": "status", "status": 429, "path": "^/topics", "headers": {"Retry-After": "1"}}
    )
    found = examined(stage, "kap", limits=Limits(burst=3))

    assert check(found, "pace").level is Level.WARN
    assert dict(found.examined.settings)["limits"].startswith("{requestsPerSecond: 2, burst: 3")


def test_a_healthy_cluster_passes_every_check():
    stage = staged()
    found = examined(stage, "con", "lkc-1", lag=timedelta(milliseconds=250))

    assert [(c.name, c.level.value, c.found) for c in found.examined.checks] == [
        ("links, lkc-1", "ok", "1 link"),
        ("mirrors, lkc-1", "ok", "3 mirror topics"),
        ("statuses, lkc-1", "ok", "1 ACTIVE, 1 PAUSED, 1 STOPPED"),
        ("clock", "ok", "0s apart"),
        ("pace", "ok", "2 requests"),
    ]
    assert found.examined.settings[:2] == (("basePath", "/kafka/v3"), ("lag", "250ms"))
    assert {r["method"] for r in stage.requests()} == {"GET"}


def test_without_a_cluster_nothing_can_be_tried():
    stage = staged()
    found = examined(stage, "con")

    assert levels(found) == {"clusters": "warn"}
    assert stage.requests() == []


def test_a_cluster_that_is_not_there_fails():
    found = examined(staged(), "con", "lkc-1", "lkc-9")

    assert levels(found)["links, lkc-9"] == "fail"
    assert levels(found)["links, lkc-1"] == "ok"


def test_a_wrong_key_fails_the_credential():
    stage = staged()
    stage.credential = ("demo", "wrong")

    assert levels(examined(stage, "con", "lkc-1"))["credential, lkc-1"] == "fail"


def test_links_that_do_not_mirror_are_odd():
    stage = staged(link("west", mirror("a"), state="PAUSED"), link("lab", state="UNAVAILABLE"))
    found = examined(stage, "con", "lkc-1")

    assert check(found, "link states, lkc-1").found == "1 PAUSED, 1 UNAVAILABLE"


def test_a_cluster_without_links_is_fine():
    stage = Stage(world(), connections())

    assert levels(examined(stage, "con", "lkc-1")) == {
        "links, lkc-1": "ok",
        "clock": "ok",
        "pace": "ok",
    }


def test_words_nobody_knows_are_odd():
    stage = staged(link("west", *(mirror(f"m{n}") for n in range(40))))
    stage.quirks(unknown_status="yes")

    assert levels(examined(stage, "con", "lkc-1"))["statuses, lkc-1"] == "warn"


def test_mirrors_that_are_only_listed_link_by_link_are_told():
    stage = staged()
    stage.fail({"effect": "status", "status": 400, "path": "/links/-/mirrors$", "times": None})
    found = examined(stage, "con", "lkc-1")

    assert check(found, "mirrors, lkc-1").level is Level.WARN
    assert check(found, "statuses, lkc-1").level is Level.OK


def test_mirrors_that_cannot_be_listed_fail():
    stage = staged()
    stage.fail({"effect": "status", "status": 403, "path": "mirrors$", "times": None})

    assert levels(examined(stage, "con", "lkc-1"))["mirrors, lkc-1"] == "fail"


def test_a_link_without_topics_has_no_words():
    assert "statuses, lkc-1" not in levels(examined(staged(link("west")), "con", "lkc-1"))


def test_a_vendor_behind_us_is_told():
    seen = Seen(START - timedelta(hours=2), START)

    assert clock_check(seen).found == "the vendor is 2h behind this machine; its time counts"


def test_every_source_is_listed_whatever_the_total_says():
    stage = staged(*(source(f"s{n:03}", topic("t", FRESH)) for n in range(205)))
    stage.quirks(total_lies="yes")

    assert len(inventory(stage, "kap").sources) == 205


def test_sources_of_other_projects_are_left_out():
    other = source("till", topic("a")) | {"service_id": "b" * 24}
    found = inventory(staged(ORDERS, other), "kap", project="b" * 24)

    assert [s.name for s in found.sources] == ["till"]
    assert found.notes == (f"left out: 1 of another project than {'b' * 24}",)
    assert isinstance(found.sources[0], ListedSource)


def test_links_of_all_clusters_are_listed_and_what_could_not_be_is_told():
    found = inventory(staged(), "con", "lkc-9", "lkc-1", "lkc-1")

    assert found.links == (LinkTarget("lkc-1", "west"),)
    assert len(found.problems) == 1
    assert "/clusters/lkc-9/links" in found.problems[0]
