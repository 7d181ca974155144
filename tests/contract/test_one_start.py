"""One start, and every answer to it: now, in the ledger, and what a later apply makes of it."""

from collections.abc import Mapping
from dataclasses import dataclass

import pytest

from reconciler.ledger.protocol import Ledger
from tests.support.stage import left
from tests.support.weather import (
    BUSY,
    FINE,
    KAP,
    NETWORK_ERRORS,
    REBALANCE,
    SOURCE,
    START,
    START_PATH,
    a_fleet,
    kept,
    of,
    rule,
    status,
    told_of_calls,
)


@dataclass(frozen=True)
class OneStart:
    """What an answer to a start means.

    Attributes:
        weather: A fault's effect, once.
        result: What this apply calls it.
        statuses: Of every request for a start that this apply sent, as the vendor saw them.
        reply: What the ledger holds.
        later: What is left an hour later, when the weather is fine and somebody applied again.
        runs: Runs that there are then.
    """

    weather: Mapping[str, object]
    result: str
    statuses: tuple[int, ...]
    reply: str
    later: tuple[str, ...] = ()
    runs: int = 1


ONE_START = {
    "2xx": OneStart({"effect": "delay"}, "started", (200,), "accepted"),
    "409 of another run": OneStart(status(409, BUSY), "deferred", (409,), "busy"),
    "409 of Kafka Connect": OneStart(
        status(409, REBALANCE), "unknown", (409,), "unknown", ("unknown",), 0
    ),
    "503 of Kafka Connect": OneStart(
        status(503, REBALANCE), "unknown", (503,), "unknown", ("unknown",), 0
    ),
    "429": OneStart(status(429), "started", (429, 200), "accepted"),
    "401": OneStart(status(401), "started", (401, 200), "accepted"),
    "401 twice": OneStart(status(401) | {"times": 2}, "failed", (401, 401), "failed"),
    "403": OneStart(status(403), "failed", (403,), "failed"),
    "404": OneStart(status(404), "failed", (404,), "failed"),
    "422": OneStart(status(422), "failed", (422,), "failed"),
    "500": OneStart(status(500), "unknown", (500,), "unknown", ("unknown",), 0),
    "504 page": OneStart(
        {"effect": "html", "status": 504}, "unknown", (504,), "unknown", ("unknown",), 0
    ),
    "malformed 2xx, nothing happened": OneStart(
        {"effect": "html", "status": 200}, "unknown", (200,), "unknown", ("unknown",), 0
    ),
    "malformed 2xx, it happened": OneStart({"effect": "truncate"}, "started", (200,), "unknown"),
    "reset, nothing happened": OneStart(
        {"effect": "drop_before"}, "unknown", (0,), "unknown", ("unknown",), 0
    ),
    "reset, it happened": OneStart({"effect": "drop_after"}, "started", (200,), "unknown"),
}


@pytest.mark.parametrize("name", ONE_START)
def test_what_one_start_makes_of_an_answer(ledger: Ledger, name: str):
    row = ONE_START[name]
    stage = a_fleet(ledger)
    stage.fail(rule(START, **{"times": 1} | row.weather))
    applied = stage.apply()
    statuses = tuple(
        request["status"] or 0 for request in stage.requests() if request["path"] == START_PATH
    )
    replies = kept(ledger, KAP)
    for _ in range(2):
        stage.pass_time(1800)
        stage.apply()
    stage.pass_time(1800)
    later = tuple(verdict.value for verdict in left(stage.plan()).values())

    assert (of(applied, KAP), statuses, replies) == (
        {"crm/crm.x": row.result},
        row.statuses,
        [[row.reply]],
    )
    assert (later, len(stage.our_runs())) == (row.later, row.runs)


@pytest.mark.parametrize("weather", ["no name", "refused", "no answer to connecting"])
def test_a_start_that_could_not_leave_is_sent_again_since_nothing_happened(
    ledger: Ledger, weather: str
):
    error, _ = NETWORK_ERRORS[weather]
    stage = a_fleet(ledger)
    failed: list[str] = []

    async def fail_once(_method: str, path: str) -> None:
        if path == START_PATH and not failed:
            failed.append(path)
            raise error()

    stage.before = fail_once
    applied = stage.apply()

    assert of(applied, KAP) == FINE[KAP]
    assert (len(failed), stage.our_starts()) == (1, ["crm/crm.x"])


def test_a_start_that_meets_a_run_of_the_same_topics_has_started(ledger: Ledger):
    stage = a_fleet(ledger)
    body = {"source_id": SOURCE, "topic_names": ["crm.x"], "snapshot_type": "incremental"}
    first: list[str] = []

    async def slip_in(_method: str, path: str) -> None:
        if path == START_PATH and not first:
            first.append(path)
            await stage.by_hand("POST", START_PATH, body)

    stage.before = slip_in
    applied = stage.apply()

    assert told_of_calls(applied, KAP) == {
        f"kap: {START}: a run that was started elsewhere covers it; "
    }
    assert of(applied, KAP) == FINE[KAP]
    assert (kept(ledger, KAP), stage.our_runs()) == ([["busy"]], [])
