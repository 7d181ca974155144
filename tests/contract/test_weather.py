"""Bad weather: one connection fares badly, in every way we know, and the other one is fine.

Each story tells whole sentences: connection, request, what is known, what to do. In each of them the
other connection is planned and applied, nothing is sent twice that must not be, and nothing is sent
about what could not be seen. Where something was sent, the ledger says what is known of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import pytest

from reconciler.ledger.protocol import Ledger
from tests.support.weather import (
    CON,
    CONNECTION,
    CUT,
    DOCUMENT,
    DOUBT,
    ENVELOPE,
    ERROR,
    FIRST,
    ID,
    KAP,
    LATER,
    LESS,
    LINKS,
    LIST,
    MIRRORS,
    NETWORK,
    NETWORK_ERRORS,
    NO_LIST,
    PAGE,
    PATIENCE,
    REFUSED,
    SAID,
    SOURCES,
    STATE,
    TOKEN,
    a_fleet,
    assert_fine,
    blocked,
    breaking,
    first_word,
    kept,
    page,
    rule,
    sentences,
    status,
    told,
    warnings,
)

# What cannot be read


@dataclass(frozen=True)
class Read:
    """A read in bad weather: what the vendor does, what is known, and what to do."""

    weather: Mapping[str, object]
    known: str
    advice: str

    def sentence(self, request: str) -> str:
        """The sentence about the one document that rests on it."""
        connection = CONNECTION[request]
        return (
            f"{DOCUMENT[connection]}: 1 resource could not be observed: "
            f"{connection}: {request}: {self.known}; {self.advice}"
        )


def _reads(request: str) -> dict[str, Read]:
    connection = CONNECTION[request]
    rows = {
        "403": Read(status(403), f"{told(request, 403)}{ID}", "check what the credential may do"),
        "html 429": Read({"effect": "html", "status": 429}, f"{page(429)}{ID}", LESS),
        "html 502": Read({"effect": "html"}, f"{page(502)}{ID}", LATER),
        "500": Read(status(500), f"{told(request, 500)}{ID}", LATER),
        "reset": Read({"effect": "drop_before"}, "the connection broke", PATIENCE),
        "redirect": Read(
            status(302, location="https://else.example/"),
            f"{told(request, 302)}{ID}",
            "check endpoint, which leads elsewhere",
        ),
    }
    if request == STATE:
        return rows
    rows |= {
        "truncated": Read({"effect": "truncate"}, f"{CUT}{ID}", DOUBT),
        "page": Read({"effect": "html", "status": 200}, f"{PAGE}{ID}", DOUBT),
        "another shape": Read(status(200, []), f"{NO_LIST}{ID}", DOUBT),
        "null": Read(
            status(200, {LIST[connection]: None}),
            "the answer cannot be read: Expected `array`, got `null` - at"
            f" `$.{LIST[connection]}`{ID}",
            DOUBT,
        ),
        "error envelope": Read(
            status(200, ENVELOPE[connection]), f"{ERROR} {SAID[connection]}{ID}", DOUBT
        ),
    }
    if request in FIRST:
        missing = f"the answer cannot be read: Object missing required field {FIRST[request]}{ID}"
        rows["missing field"] = Read(status(200, {LIST[connection]: [{}]}), missing, DOUBT)
    return rows


READS = [
    pytest.param(request, row, id=f"{request.rpartition('/')[2]}-{name}")
    for request in CONNECTION
    for name, row in _reads(request).items()
]


@pytest.mark.parametrize(("request_", "row"), READS)
def test_a_read_in_bad_weather_is_told_and_the_rest_of_the_fleet_goes_on(
    ledger: Ledger, request_: str, row: Read
):
    stage = a_fleet(ledger)
    stage.fail(rule(request_, **row.weather))
    applied = stage.apply()

    assert sentences(applied) == [row.sentence(request_)]
    assert first_word(applied) == "error"
    assert kept(ledger, CONNECTION[request_]) == []
    assert_fine(stage, applied, CONNECTION[request_])


@pytest.mark.parametrize(
    ("request_", "connection", "known"),
    [
        (TOKEN, KAP, f"no token was given: 401{ID}; check spec.auth"),
        (
            SOURCES,
            KAP,
            f"the credential is not accepted: {told(SOURCES, 401)}{ID}; {REFUSED}",
        ),
        (LINKS, CON, f"the credential is not accepted: {told(LINKS, 401)}{ID}; {REFUSED}"),
    ],
    ids=["token", "streamkap", "confluent"],
)
def test_a_credential_that_is_refused_is_told_once_for_the_whole_connection(
    ledger: Ledger, request_: str, connection: str, known: str
):
    stage = a_fleet(ledger)
    stage.fail(rule(request_, **status(401)))
    applied = stage.apply()

    assert sentences(applied) == [f"{connection}: {request_}: {known}"]
    assert first_word(applied) == "error"
    assert_fine(stage, applied, connection)


def test_a_cluster_that_nobody_knows_is_for_a_person(ledger: Ledger):
    stage = a_fleet(ledger)
    stage.fail(rule(LINKS, **status(404, {"error_code": 404, "message": "no such cluster"})))
    applied = stage.apply()

    assert blocked(applied) == [
        (
            f"ClusterLink/west: con: {LINKS}: no cluster lkc-1 at this endpoint (404: 404 no such"
            " cluster); check clusterId, and basePath of the connection"
        )
    ]
    assert first_word(applied) == "blocked"
    assert_fine(stage, applied, CON)


@pytest.mark.parametrize(
    ("weather", "known"),
    [
        (status(404), told(STATE, 404)),
        ({"effect": "truncate"}, CUT),
        ({"effect": "html", "status": 200}, PAGE),
        (status(200, ENVELOPE[KAP]), f"{ERROR} denied"),
        (status(200, {"groups": []}), "the answer is not grouped by source id"),
    ],
    ids=["404", "truncated", "page", "error envelope", "another shape"],
)
def test_where_the_dashboard_cannot_be_read_the_metrics_are_and_this_is_told(
    ledger: Ledger, weather: Mapping[str, object], known: str
):
    stage = a_fleet(ledger)
    stage.fail(rule(STATE, **weather))
    applied = stage.apply()

    assert warnings(applied) == [
        (
            "kap: reading metrics instead of the dashboard's lineage, which shows less (undated"
            f" runs, no history): {STATE}: {known}; `observe: metrics` asks them at once"
        )
    ]
    assert first_word(applied) == "ok"
    assert applied.results.keys() == {"crm/crm.x", "west/a", "west/b"}


# The network itself


STARTS = {KAP: ("/auth", "/sources", "/dashboard", "/topics"), CON: ("/kafka",)}
ASKED_FIRST = {KAP: TOKEN, CON: LINKS}


@pytest.mark.parametrize("connection", [KAP, CON])
@pytest.mark.parametrize("weather", NETWORK_ERRORS)
def test_the_network_itself_is_told_and_the_rest_of_the_fleet_goes_on(
    ledger: Ledger, connection: str, weather: str
):
    error, known = NETWORK_ERRORS[weather]
    stage = a_fleet(ledger)
    breaking(stage, STARTS[connection], error)
    applied = stage.apply()

    assert sentences(applied) == [f"{connection}: {ASKED_FIRST[connection]}: {known}; {NETWORK}"]
    assert first_word(applied) == "error"
    assert_fine(stage, applied, connection)


@pytest.mark.parametrize("request_", [SOURCES, STATE, LINKS, MIRRORS])
def test_an_answer_that_does_not_come_in_time_is_told(ledger: Ledger, request_: str):
    stage = a_fleet(ledger)

    async def linger(method: str, path: str) -> None:
        if f"{method} {path}" == request_:
            await stage.clock.sleep(1000)

    stage.after = linger
    applied = stage.apply()
    read = Read({}, "no answer in time", PATIENCE)

    assert sentences(applied) == [read.sentence(request_)]
    assert first_word(applied) == "error"
    assert_fine(stage, applied, CONNECTION[request_])
