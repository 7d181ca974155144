"""Bad weather: one connection fares badly, in every way we know, and the other one is fine.

Each story tells whole sentences: connection, request, what is known, what to do. In each of them the
other connection is planned and applied, nothing is sent twice that must not be, and nothing is sent
about what could not be seen. Where something was sent, the ledger says what is known of it.
"""

import re
import ssl
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from reconciler.core import outcomes
from reconciler.ledger.opening import open_ledger
from reconciler.ledger.protocol import Ledger
from reconciler.model.verdict import Verdict
from reconciler.render import text
from reconciler.render.view import View
from reconciler.render.words import what_to_do
from tests.support.rich import (
    OLD,
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
from tests.support.stage import Applied, Stage, left

SOURCE = "67ad6e0af08a2365c729ba79"
ID = " (request id …)"
KAP, CON = "kap", "con"
FINE = {KAP: {"crm/crm.x": "started"}, CON: {"west/a": "settled", "west/b": "settled"}}
WRITES = {
    KAP: ["POST /sources/snapshot"],
    CON: ["POST /kafka/v3/clusters/lkc-1/links/west/mirrors:pause"],
}
OTHER = {KAP: CON, CON: KAP}
SPECS = connections() + snapshots("crm", completed("crm.x")) + mirrors("west", paused("a", "b"))

TOKEN = "POST /auth/access-token"
SOURCES = "GET /sources"
STATE = "POST /dashboard/lineage/topics/batch"
LINKS = "GET /kafka/v3/clusters/lkc-1/links"
MIRRORS = "GET /kafka/v3/clusters/lkc-1/links/west/mirrors"
START_PATH = "/sources/snapshot"
START = f"POST {START_PATH}"
PAUSE = "POST /kafka/v3/clusters/lkc-1/links/west/mirrors:pause"

LATER = "try again later; if it lasts, ask the vendor"
LESS = "try again later, or lower limits.requestsPerSecond"
DOUBT = "try again; if it lasts, check endpoint, then ask the vendor"
NETWORK = "check endpoint, network, proxy and tls.caFile"
PATIENCE = "try again; if it lasts, look at network, proxy and limits.timeout"
MEND = "mend the cause, then plan again"
AGAIN = "plan and apply again when the other run has ended"
LOOK = (
    "look at the source at Streamkap, then tell with `reconciler ledger resolve`, or start once more"
    " with `apply --retry`"
)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """A ledger that was there before."""
    open_ledger(tmp_path / "ledger.db", read_only=False).close()
    opened = open_ledger(tmp_path / "ledger.db", read_only=False)
    yield opened
    opened.close()


def a_fleet(ledger: Ledger, **quirks: str) -> Stage:
    """A source and a link, each with something to do."""
    crm = source("crm", topic("crm.x", OLD)) | {"id": SOURCE}
    west = link("west", mirror("a"), mirror("b"))
    return Stage(world(crm, west, quirks=quirks), SPECS, ledger=ledger)


def masked(text: str) -> str:
    """A sentence without the vendor's request id, which is another one each time."""
    return re.sub(r"request id [0-9a-f]+", "request id …", text)


def first_word(applied: Applied) -> str:
    """The word that an apply ends with."""
    return outcomes.of_apply(applied.planned.plan, applied.report)[0].value


def sentences(applied: Applied) -> list[str]:
    """What a plan tells of what could not be observed."""
    return [masked(line) for line in applied.planned.plan.incomplete]


def warnings(applied: Applied) -> list[str]:
    """What was odd."""
    return [masked(w) for w in (*applied.planned.plan.warnings, *applied.report.warnings)]


def blocked(applied: Applied) -> list[str]:
    """What is for a person: where, what is known, what to do."""
    return [
        masked(f"{f.address}: {f.reason}; {f.advice}")
        for f in applied.planned.plan.findings
        if f.verdict is Verdict.BLOCKED
    ]


def of(applied: Applied, connection: str) -> dict[str, str]:
    """What became of one connection's topics."""
    name = "crm" if connection == KAP else "west"
    return {k: v.value for k, v in applied.results.items() if k.startswith(f"{name}/")}


def kept(ledger: Ledger, connection: str) -> list[list[str]]:
    """What came back of each call on a connection, as the ledger has it; nothing is open."""
    requests = {KAP: "/sources", CON: "/kafka"}
    return [
        [answer.reply.value if answer.reply else "-" for answer in record.answers]
        for record in ledger.intents()
        if requests[connection] in record.intent.request
    ]


def rule(request: str, **effect: object) -> Mapping[str, object]:
    """A fault of every request with this method and path."""
    method, _, path = request.partition(" ")
    return {"method": method, "path": f"^{re.escape(path)}$", "times": None} | effect


def status(number: int, body: object = None, **headers: str) -> dict[str, object]:
    """An answer in place of the API's."""
    return {"effect": "status", "status": number, "body": body, "headers": headers}


def page(number: int) -> str:
    """What a gateway's page looks like in a sentence."""
    return (
        f"{number} (text/html): <html><head><title>{number}</title></head><body><h1>{number}</h1>"
        "</body></html>"
    )


# What cannot be read

CONNECTION = {SOURCES: KAP, STATE: KAP, LINKS: CON, MIRRORS: CON}
DOCUMENT = {KAP: "Source/crm", CON: "ClusterLink/west"}
LIST = {KAP: "result", CON: "data"}
FIRST = {
    SOURCES: "`id` - at `$.result[0]`",
    MIRRORS: "`mirror_topic_name` - at `$.data[0]`",
}
CUT = "the answer cannot be read: no JSON: Input data was truncated"
PAGE = f"the answer cannot be read: {page(200)}"
NO_LIST = "the answer cannot be read: Expected `object`, got `array`"
ERROR = "the answer is an error in spite of its status: 200:"
ENVELOPE = {KAP: {"detail": "denied"}, CON: {"error_code": 40301, "message": "denied"}}
SAID = {KAP: "denied", CON: "40301 denied"}


def told(request: str, number: int) -> str:
    """What the sandbox says with a status, as the API would."""
    code = "" if CONNECTION[request] == KAP else f"{number} "
    return f"{number}: {code}The sandbox was told to answer {number}"


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


def assert_fine(
    stage: Stage, applied: Applied, bad: str, results: frozenset[str] = frozenset()
) -> None:
    """The other connection did all it was asked to, and nothing was sent on the bad one."""
    good = OTHER[bad]

    assert of(applied, good) == FINE[good]
    assert set(of(applied, bad).values()) == results
    assert stage.writes() == WRITES[good]


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


REFUSED = "check spec.auth and what the credential may do"


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


def certificate() -> Exception:
    """What a certificate that does not fit looks like."""
    error = httpx.ConnectError("[SSL: CERTIFICATE_VERIFY_FAILED] self-signed certificate")
    error.__cause__ = ssl.SSLCertVerificationError(1, "self-signed certificate")
    return error


NETWORK_ERRORS: dict[str, tuple[Callable[[], Exception], str]] = {
    "no name": (
        lambda: httpx.ConnectError("[Errno -2] Name or service not known"),
        "no connection to http://sandbox: [Errno -2] Name or service not known",
    ),
    "refused": (
        lambda: httpx.ConnectError("All connection attempts failed"),
        "no connection to http://sandbox: All connection attempts failed",
    ),
    "no answer to connecting": (
        lambda: httpx.ConnectTimeout(""),
        "no connection in time to http://sandbox",
    ),
    "certificate": (
        certificate,
        "no connection to http://sandbox: [SSL: CERTIFICATE_VERIFY_FAILED] self-signed certificate",
    ),
    "proxy": (
        lambda: httpx.ProxyError("407 Proxy Authentication Required"),
        "the proxy refused the connection to http://sandbox: 407 Proxy Authentication Required",
    ),
}
STARTS = {KAP: ("/auth", "/sources", "/dashboard", "/topics"), CON: ("/kafka",)}
ASKED_FIRST = {KAP: TOKEN, CON: LINKS}


def breaking(stage: Stage, paths: tuple[str, ...], error: Callable[[], Exception]) -> None:
    """Let every request to some paths fail before it leaves."""

    async def fail(_method: str, path: str) -> None:
        if path.startswith(paths):
            raise error()

    stage.before = fail


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


# What cannot be sent, or is not answered


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
NAMES = "check endpoint, basePath and the ids in the specs"
SPECS_SAY = "check what the specs name; if it is right, ask the vendor"
MAY = "check what the credential may do"
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


BUSY = {"detail": "A snapshot is already in progress"}
REBALANCE = {"detail": "Kafka Connect API call failed with status code 409"}
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
REQUEST = {KAP: START, CON: PAUSE}


def told_of_calls(applied: Applied, connection: str) -> set[str]:
    """What a report tells of each topic of a connection, with its call and what to do."""
    requests = {call.step: call.request for call in applied.report.calls}
    return {
        f"{connection}: {requests[item.step]}: {item.message}; {what_to_do(item.result, item.action)}"
        for item in applied.report.items
        if requests[item.step] == REQUEST[connection]
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
        f"      -> {MEND}\n"
    )
    assert (
        f"  s1  {START}\n"
        f"      HTTP 403 · failed · request id … · by kap · {told(SOURCES, 403)}; {MAY}\n"
    ) in printed


# Answers that can be read, and are strange


CLOCKS = (
    "the clocks are apart: 2026-11-22T12:05:00Z there, 2026-11-22T12:00:00Z here; theirs counts;"
    " check the clock of this machine"
)
AT_STREAMKAP = "look at the source at Streamkap"
SILENT = (
    f"Source/crm: 1 resource could not be observed: kap: {STATE}: Streamkap shows neither runs nor an"
    f" empty list for {{}}; {AT_STREAMKAP}; if nothing ran there, start with `apply --retry`"
)


@dataclass(frozen=True)
class Strange:
    """A vendor who answers, and whose answers say something else than usual.

    Attributes:
        fault: What to answer in place of the API, or empty.
        quirks: Of the sandbox.
        told: Every sentence about it: for a person, unread, or a warning.
        word: What the apply ends with.
        results: What became of the topics.
    """

    told: tuple[str, ...]
    word: str
    results: Mapping[str, str]
    fault: Mapping[str, object] | None = None
    quirks: Mapping[str, str] = field(default_factory=dict)


ALL = FINE[KAP] | FINE[CON]
STRANGE = {
    "a snapshot's word that nobody knows": Strange(
        (
            (
                "Source/crm/crm.x: the vendor shows a snapshot status that is not known: archived;"
                f" {AT_STREAMKAP}"
            ),
        ),
        "blocked",
        FINE[CON],
        quirks={"unknown_status": "yes"},
    ),
    "a mirror's word that nobody knows, and fields more": Strange(
        (
            (
                "ClusterLink/west/a: the vendor shows a status that is not known: TELEPORTED; look at"
                " the topic at Confluent"
            ),
        ),
        "blocked",
        FINE[KAP],
        rule(
            MIRRORS,
            **status(
                200,
                {
                    "data": [
                        {"mirror_topic_name": "a", "mirror_status": "TELEPORTED", "extra": 1},
                        {"mirror_topic_name": "b", "mirror_status": "PAUSED", "extra": [None]},
                    ]
                },
            ),
        ),
    ),
    "a mirror without a word": Strange(
        (
            (
                "ClusterLink/west: 2 resources could not be observed: the vendor shows no status for it;"
                " look at the topic at Confluent"
            ),
        ),
        "error",
        FINE[KAP],
        rule(
            MIRRORS,
            **status(
                200,
                {
                    "data": [
                        {"mirror_topic_name": "a"},
                        {"mirror_topic_name": "b", "mirror_status": None},
                    ]
                },
            ),
        ),
    ),
    "a source missing from a 200": Strange(
        ("Source/crm: no source is named 'crm'; check the name and the project of the token",),
        "blocked",
        FINE[CON],
        rule(SOURCES, effect="partial"),
    ),
    "a source missing from the dashboard": Strange(
        (SILENT.format(f"source {SOURCE}"),), "error", FINE[CON], rule(STATE, effect="partial")
    ),
    "a topic without its snapshots, and fields more": Strange(
        (SILENT.format("this topic"),),
        "error",
        FINE[CON],
        rule(STATE, **status(200, {SOURCE: [{"id": f"source_{SOURCE}.crm.x", "extra": 1}]})),
    ),
    "a link missing from a 200": Strange(
        ("ClusterLink/west: cluster lkc-1 has no link 'west'; check link and clusterId",),
        "blocked",
        FINE[KAP],
        rule(LINKS, effect="partial"),
    ),
    "a mirror missing from a 200": Strange(
        (
            (
                "ClusterLink/west/b: not known to Confluent (yet); create it, or take it out of the"
                " spec"
            ),
        ),
        "blocked",
        FINE[KAP] | {"west/a": "settled"},
        rule(MIRRORS, effect="partial", times=1),
    ),
    "a run without its time": Strange(
        (
            (
                "Source/crm/crm.x: a snapshot completed, and the vendor does not say when;"
                f" {AT_STREAMKAP}, and tell with `reconciler ledger mark`"
            ),
        ),
        "blocked",
        FINE[CON],
        quirks={"run_times": "null"},
    ),
    "clocks minutes apart": Strange(
        (f"con: {CLOCKS}", f"kap: {CLOCKS}"), "ok", ALL, quirks={"date_header": "skewed"}
    ),
    "no clock": Strange((), "ok", ALL, quirks={"date_header": "absent"}),
    "nulls left out": Strange((), "ok", ALL, quirks={"nulls": "omitted"}),
    "items missing from an answer to a call": Strange(
        (), "ok", ALL, quirks={"answer_missing_items": "yes"}
    ),
    "answers in any order": Strange((), "ok", ALL, quirks={"answer_order": "shuffled"}),
}


@pytest.mark.parametrize("name", STRANGE)
def test_strange_answers_are_told_and_the_rest_of_the_fleet_goes_on(ledger: Ledger, name: str):
    row = STRANGE[name]
    stage = a_fleet(ledger, **row.quirks)
    stage.fail(*([row.fault] if row.fault else []))
    applied = stage.apply()
    words = {topic: result.value for topic, result in applied.results.items()}

    assert (*blocked(applied), *sentences(applied), *warnings(applied)) == row.told
    assert first_word(applied) == row.word
    assert words == row.results
    assert len(stage.writes()) == len({name.partition("/")[0] for name in words})


def test_a_history_that_forgets_a_run_of_ours_starts_no_other(ledger: Ledger):
    """The ledger saw it end; that nothing is shown any more is no reason to begin anew."""
    stage = a_fleet(ledger)
    stage.apply()
    stage.pass_time(3600)
    stage.apply()
    later = Stage(world(source("crm", topic("crm.x")) | {"id": SOURCE}), SPECS, ledger=ledger)
    later.pass_time(7200)
    applied = later.apply()

    assert [line for line in blocked(applied) if line.startswith("Source")] == [""]
    assert later.writes() == []


# One start


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


@pytest.mark.parametrize("error", [NETWORK_ERRORS["refused"][0], NETWORK_ERRORS["no name"][0]])
def test_a_start_that_could_not_leave_is_sent_again_since_nothing_happened(
    ledger: Ledger, error: Callable[[], Exception]
):
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
