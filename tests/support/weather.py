"""Bad weather at one of two connections: the fleet, the words it is told in, and what counts."""

import re
import ssl
from collections.abc import Callable, Mapping

import httpx

from reconciler.core import outcomes
from reconciler.ledger.protocol import Ledger
from reconciler.model.verdict import Verdict
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
    "look at the source at Streamkap, then say what happened with"
    " `reconciler ledger resolve`, or start once more"
    " with `apply --retry`"
)


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


def assert_fine(
    stage: Stage, applied: Applied, bad: str, results: frozenset[str] = frozenset()
) -> None:
    """The other connection did all it was asked to, and nothing was sent on the bad one."""
    good = OTHER[bad]

    assert of(applied, good) == FINE[good]
    assert set(of(applied, bad).values()) == results
    assert stage.writes() == WRITES[good]


REFUSED = "check spec.auth and what the credential may do"


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


def breaking(stage: Stage, paths: tuple[str, ...], error: Callable[[], Exception]) -> None:
    """Let every request to some paths fail before it leaves."""

    async def fail(_method: str, path: str) -> None:
        if path.startswith(paths):
            raise error()

    stage.before = fail


NAMES = "check endpoint, basePath and the ids in the specs"
SPECS_SAY = "check what the specs name; if it is right, ask the vendor"
MAY = "check what the credential may do"


BUSY = {"detail": "A snapshot is already in progress"}
REBALANCE = {"detail": "Kafka Connect API call failed with status code 409"}
REQUEST = {KAP: START, CON: PAUSE}


def told_of_calls(applied: Applied, connection: str) -> set[str]:
    """What a report tells of each topic of a connection, with its call and what to do."""
    requests = {call.step: call.request for call in applied.report.calls}
    return {
        f"{connection}: {requests[item.step]}: {item.message}; {what_to_do(item.result, item.action)}"
        for item in applied.report.items
        if requests[item.step] == REQUEST[connection]
    }
