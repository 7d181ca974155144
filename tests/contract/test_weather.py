"""Bad weather: one connection fares badly, in every way we know, and the other one is fine.

Each story tells whole sentences: connection, request, what is known, what to do. In each of them the
other connection is planned and applied, nothing is sent twice that must not be, and nothing is sent
about what could not be seen. Where something was sent, the ledger says what is known of it.
"""

import re
import ssl
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from reconciler.core import outcomes
from reconciler.ledger.opening import open_ledger
from reconciler.ledger.protocol import Ledger
from reconciler.model.verdict import Verdict
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
from tests.support.stage import Applied, Stage

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
START = "POST /sources/snapshot"
PAUSE = "POST /kafka/v3/clusters/lkc-1/links/west/mirrors:pause"

LATER = "try again later; if it lasts, ask the vendor"
LESS = "try again later, or lower limits.requestsPerSecond"
DOUBT = "try again; if it lasts, check endpoint, then ask the vendor"
NETWORK = "check endpoint, network, proxy and tls.caFile"
PATIENCE = "try again; if it lasts, look at network, proxy and limits.timeout"
MEND = "mend the cause, then plan again"
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


def assert_fine(stage: Stage, applied: Applied, bad: str) -> None:
    """The other connection did all it was asked to, and nothing was sent on the bad one."""
    good = OTHER[bad]

    assert of(applied, good) == FINE[good]
    assert of(applied, bad) == {}
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
