"""Calls in bad weather: what is told of them, what the ledger keeps, and that nothing is sent twice."""

from collections.abc import Mapping
from dataclasses import dataclass

import pytest

from reconciler.ledger.protocol import Ledger
from reconciler.render import text
from reconciler.render.view import View
from tests.support.weather import (
    AGAIN,
    BUSY,
    CON,
    CUT,
    ENVELOPE,
    ERROR,
    FINE,
    KAP,
    LESS,
    LINKS,
    LOOK,
    MAY,
    MEND,
    NAMES,
    NETWORK,
    NETWORK_ERRORS,
    NO_LIST,
    OTHER,
    PAGE,
    REBALANCE,
    REFUSED,
    REQUEST,
    SAID,
    SOURCES,
    SPECS_SAY,
    START,
    a_fleet,
    assert_fine,
    breaking,
    first_word,
    kept,
    masked,
    of,
    page,
    rule,
    status,
    told,
    told_of_calls,
)


@dataclass(frozen=True)
class Write:
    """A call in bad weather.

    Attributes:
        weather: A fault's effect.
        known: What is known of each topic, and what the sandbox says where there is a `{}`.
        result: What became of each topic.
        replies: What the ledger holds of each call, in order.
        sent: Requests that left.
    """

    weather: Mapping[str, object]
    known: str
    result: str
    replies: tuple[str, ...]
    sent: int = 1


NO_RUN = "its answer was lost and no run of it was shown"
NO_CHANGE = "its answer was lost and nothing changed"
SEEN = "it was seen, although its answer was lost"
WHAT_TO_DO = {"failed": MEND, "unknown": LOOK, "deferred": AGAIN}
CUT_CALL = {KAP: "the answer cannot be read: it is no JSON", CON: CUT}


def call_told(connection: str, number: int) -> str:
    """What the sandbox says with a status to a call."""
    return told(SOURCES if connection == KAP else LINKS, number)


def _refused(connection: str) -> dict[str, Write]:
    """Answers that say no; they are the same for both vendors."""

    def no(number: int, advice: str) -> Write:
        known = f"{call_told(connection, number)}; {advice}"
        return Write(status(number), known, "failed", ("failed",))

    token = f"the credential is not accepted: {call_told(connection, 401)}; {REFUSED}"
    slow = f"not sent: {page(429)}; {LESS}"
    renewed = 2 if connection == KAP else 1
    return {
        "401": Write(status(401), token, "failed", ("failed",), renewed),
        "403": no(403, MAY),
        "404": no(404, NAMES),
        "422": no(422, SPECS_SAY),
        "html 429": Write({"effect": "html", "status": 429}, slow, "failed", ("not_sent",), 3),
    }


def _lost(connection: str) -> dict[str, Write]:
    """Answers that leave it open whether anything happened, and nothing did."""
    weathers: dict[str, tuple[Mapping[str, object], str]] = {
        "500": (status(500), call_told(connection, 500)),
        "html 502": ({"effect": "html"}, page(502)),
        "reset": ({"effect": "drop_before"}, "the connection broke"),
        "redirect": (status(307), call_told(connection, 307)),
        "page": ({"effect": "html", "status": 200}, PAGE),
        "error envelope": (status(200, ENVELOPE[connection]), f"{ERROR} {SAID[connection]}"),
    }
    if connection == CON:
        weathers |= {
            "another shape": (status(200, []), NO_LIST),
            "missing field": (
                status(200, {}),
                "the answer cannot be read: Object missing required field `data`",
            ),
            "null": (
                status(200, {"data": None}),
                "the answer cannot be read: Expected `array`, got `null` - at `$.data`",
            ),
        }
        return {
            name: Write(weather, f"{NO_CHANGE} ({known})", "failed", ("unknown", "unknown"), 2)
            for name, (weather, known) in weathers.items()
        }
    return {
        name: Write(weather, f"{NO_RUN} ({known})", "unknown", ("unknown",))
        for name, (weather, known) in weathers.items()
    }


def _happened(connection: str) -> dict[str, Write]:
    """Answers that are lost although it happened: what is seen counts."""
    seen = "started" if connection == KAP else "settled"
    return {
        "lost answer": Write(
            {"effect": "drop_after"}, f"{SEEN} (the connection broke)", seen, ("unknown",)
        ),
        "truncated": Write(
            {"effect": "truncate"}, f"{SEEN} ({CUT_CALL[connection]})", seen, ("unknown",)
        ),
    }


STARTED = {
    "409": Write(
        status(409, BUSY),
        f"another run is in the way; a later apply goes on (409: {BUSY['detail']})",
        "deferred",
        ("busy",),
    ),
    "409 of Kafka Connect": Write(
        status(409, REBALANCE), f"{NO_RUN} (409: {REBALANCE['detail']})", "unknown", ("unknown",)
    ),
    "accepted and never shown": Write(
        status(200, {}),
        "accepted, and no run of it was shown within 5s; plan again: it looks first",
        "accepted",
        ("accepted",),
    ),
}
PAUSED = {
    "all items failed in a 200": Write(
        status(
            200,
            {
                "data": [
                    {"mirror_topic_name": name, "error_code": 40002, "error_message": "no"}
                    for name in ("b", "a")
                ]
            },
        ),
        "40002 no",
        "failed",
        ("failed",),
    ),
    "all items missing from a 200": Write(
        status(200, {"data": []}), "not in the answer", "failed", ("failed",)
    ),
}
CALLS = {
    KAP: _refused(KAP) | _lost(KAP) | _happened(KAP) | STARTED,
    CON: _refused(CON) | _lost(CON) | _happened(CON) | PAUSED,
}
WORDS = {
    "failed": "failed",
    "unknown": "unknown",
    "accepted": "not_reached",
    "deferred": "ok",
    "started": "ok",
    "settled": "ok",
}


@pytest.mark.parametrize(
    ("connection", "name"), [(c, n) for c, rows in CALLS.items() for n in rows]
)
def test_a_write_in_bad_weather_is_told_and_the_rest_of_the_fleet_goes_on(
    ledger: Ledger, connection: str, name: str
):
    row = CALLS[connection][name]
    stage = a_fleet(ledger)
    stage.fail(rule(REQUEST[connection], **row.weather))
    applied = stage.apply()
    to_do = WHAT_TO_DO.get(row.result, "")
    topics = len(FINE[connection])

    assert told_of_calls(applied, connection) == {
        f"{connection}: {REQUEST[connection]}: {row.known}; {to_do}"
    }
    assert set(of(applied, connection).values()) == {row.result}
    assert of(applied, OTHER[connection]) == FINE[OTHER[connection]]
    assert first_word(applied) == WORDS[row.result]
    assert kept(ledger, connection) == [[reply] * topics for reply in row.replies]
    assert stage.writes().count(REQUEST[connection]) == row.sent
    assert ledger.leases() == ()


@pytest.mark.parametrize("connection", [KAP, CON])
@pytest.mark.parametrize("weather", NETWORK_ERRORS)
def test_a_call_that_could_not_leave_has_failed_and_is_told(
    ledger: Ledger, connection: str, weather: str
):
    error, known = NETWORK_ERRORS[weather]
    stage = a_fleet(ledger)
    breaking(stage, (REQUEST[connection].partition(" ")[2],), error)
    applied = stage.apply()

    assert told_of_calls(applied, connection) == {
        f"{connection}: {REQUEST[connection]}: not sent: {known}; {NETWORK}; {MEND}"
    }
    assert first_word(applied) == "failed"
    assert {reply for call in kept(ledger, connection) for reply in call} == {"not_sent"}
    assert_fine(stage, applied, connection, frozenset({"failed"}))


def test_what_is_told_of_a_call_is_printed(ledger: Ledger):
    """Connection, request, what is known and what to do all stand in the report."""
    stage = a_fleet(ledger)
    stage.fail(rule(START, **status(403)))
    applied = stage.apply()
    rows = text.report(applied.report, applied.planned.plan, View(width=200))
    printed = masked(text.plain(rows))

    assert printed.startswith(
        "Failed:\n"
        "  ✗ start  Source/crm\n"
        "      crm.x\n"
        f"      {told(SOURCES, 403)}; {MAY}\n"
        f"      do: {MEND}\n"
    )
    assert (
        f"  s1  {START}\n"
        f"      HTTP 403 · failed · request id … · by kap · {told(SOURCES, 403)}; {MAY}\n"
    ) in printed
