"""Every request is told: what the sandbox was sent is what the report counts, purpose by purpose.

Worlds, specs, quirks and faults come from a seed. The sandbox tells tokens, reads and calls apart;
what was read for which purpose is known from when it was read.
"""

from collections import Counter
from collections.abc import Mapping
from random import Random

import pytest

from reconciler.core.rhythm import most_looks
from reconciler.engine.halting import Halt
from tests.support.chances import quirks_of
from tests.support.mortal import may_change
from tests.support.rich import (
    FRESH,
    OLD,
    RUNNING,
    active,
    completed,
    connections,
    idle,
    link,
    mirror,
    mirrors,
    paused,
    snapshots,
    source,
    topic,
    world,
)
from tests.support.stage import Applied, Stage

TOKEN = "/auth/access-token"
CALM, ODD, ROUGH = range(12), range(100, 108), range(200, 208)
RATE = 5


def stage_of(chance: Random) -> Stage:
    """A small estate: starts alone and in bulk, stops, pauses and resumes, by name and by glob."""
    parts, specs = [], []
    for number in range(chance.randint(1, 7)):
        name = f"s{number}"
        runs = chance.random() < 0.2
        topics = [
            topic(f"{name}.{n}", *((RUNNING,) if runs and n == 0 else chance.choice(PASTS)))
            for n in range(chance.randint(1, 4))
        ]
        parts.append(source(name, *topics))
        more = chance.choice(["", "", "", ", filter: n > 1", ", type: blocking"])
        named = [f"{name}.*"] if chance.random() < 0.5 else [item["name"] for item in topics]
        rule = idle(*named) if runs else completed(*named, more=more)
        specs.append(snapshots(name, rule))
    for number in range(chance.randint(0, 3)):
        name, states = f"l{number}", ["ACTIVE", "PAUSED"]
        names = [f"{name}.{n}" for n in "abcd"]
        parts.append(link(name, *(mirror(n, chance.choice(states)) for n in names)))
        specs.append(mirrors(name, chance.choice([paused("*"), active("*"), paused(*names[:2])])))
    given = {
        "sourcesPerCall": chance.choice([1, 2, 3, 50]),
        "requestsPerSecond": chance.choice([0, RATE]),
    }
    return Stage(world(*parts), connections(**given) + "".join(specs))


PASTS = [(), (OLD,), (OLD,), (FRESH,)]


def kind_of(request: Mapping[str, object]) -> str:
    """What the sandbox can tell of a request."""
    path = str(request["path"])
    if path.startswith(TOKEN):
        return "token"
    return "call" if may_change(str(request["method"]), path) else "read"


def applied(stage: Stage) -> tuple[Applied, Counter[str], Counter[str]]:
    """One apply; what the sandbox saw until the plan was made, and altogether."""
    before: Counter[str] = Counter()

    async def note(_halt: Halt) -> None:
        before.update(map(kind_of, stage.requests()))

    done = stage.clock.run(lambda: stage.applying(between=note))
    return done, before, Counter(map(kind_of, stage.requests()))


@pytest.mark.parametrize("seed", [*CALM, *ODD])
def test_what_the_sandbox_was_sent_is_what_is_reported_purpose_by_purpose(seed):
    chance = Random(seed)
    stage = stage_of(chance)
    if seed in ODD:
        quirks = quirks_of(chance)
        # A vendor that refuses reads by its nature would be asked again.
        stage.quirks(**{k: v for k, v in quirks.items() if k != "too_many_requests"})

    done, before, after = applied(stage)
    traffic, plan = done.report.traffic, done.planned.plan

    assert traffic.total == len(stage.requests())
    assert (traffic.tokens, traffic.calls, traffic.retries) == (after["token"], after["call"], 0)
    assert before == Counter(token=after["token"], read=plan.cost.reads) + Counter()
    assert traffic.reads == plan.cost.reads == sum(item.reads for item in plan.connections)
    assert traffic.second_look + traffic.canary + traffic.settle == after["read"] - before["read"]


@pytest.mark.parametrize("seed", CALM)
def test_on_a_calm_day_the_calls_are_those_of_the_plan_and_looks_stay_within_their_bound(seed):
    """A look at sources is one request, and one at mirrors no more than one for each link."""
    stage = stage_of(Random(seed))

    done, _, after = applied(stage)
    report, plan = done.report, done.planned.plan
    starts = sum(call.request.endswith("snapshot") for call in report.calls)
    connection = stage.desired.connections[0]
    looks = most_looks(connection.lag, report.ended_at - report.started_at)

    assert after["call"] == plan.cost.calls
    assert report.traffic.settle <= looks * (1 + len(stage.desired.links))
    assert report.traffic.canary <= min(starts, 2) * most_looks(connection.lag, connection.lag * 2)


@pytest.mark.parametrize("seed", ROUGH)
def test_whatever_is_sent_again_is_told_as_such(seed):
    """Errors that pass: a read or a token is asked for again; a call only where nothing happened."""
    chance = Random(seed)
    stage = stage_of(chance)
    stage.fail(
        {
            "effect": "status",
            "status": 500,
            "path": "/sources|/links|/topics/details",
            "times": 2,
            "method": "GET",
        },
        {
            "effect": "status",
            "status": 429,
            "path": chance.choice(["/dashboard", "/auth"]),
            "times": 1,
        },
        {
            "effect": "status",
            "status": 429,
            "path": "/snapshot|mirrors:",
            "method": "POST",
            "times": 1,
        },
    )

    done, before, after = applied(stage)
    traffic = done.report.traffic
    reads = traffic.reads + traffic.second_look + traffic.canary + traffic.settle
    again = (after["token"] - traffic.tokens, after["read"] - reads, after["call"] - traffic.calls)

    assert traffic.total == len(stage.requests())
    assert traffic.retries == sum(again) > 0
    assert min(again) >= 0
    assert traffic.reads == done.planned.plan.cost.reads
    assert before["read"] >= traffic.reads
    assert traffic.calls == len(done.report.calls) == done.planned.plan.cost.calls
