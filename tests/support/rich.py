"""A small world in which one apply does everything: starts alone and in bulk, a stop, pauses, resumes."""

from collections.abc import Mapping
from textwrap import dedent, indent

SINCE = "2026-11-20T00:00:00Z"
"""Two and a half days before a stage's clock begins."""

OLD = {"status": "completed", "submitted": "-9d", "started": "-9d+5s", "ended": "-9d+1m"}
FRESH = {"status": "completed", "submitted": "-1d", "started": "-1d+5s", "ended": "-1d+1m"}
RUNNING = {"status": "running", "submitted": "-1m", "started": "-50s", "rows_scanned": 10}
FAILED = {"status": "failed", "submitted": "-1d", "started": "-1d+5s", "ended": "-1d+1m"}
TIMING = {"pending": "1s", "rows_per_second": 10, "restart": "5s", "mirror": "2s", "token": "1h"}


def topic(name: str, *snapshots: Mapping[str, object], rows: int = 100, keyed: bool = True):
    """A topic of a world; 100 rows take ten seconds."""
    return {"name": name, "rows": rows, "keyed": keyed, "snapshots": list(snapshots)}


def source(name: str, *topics: Mapping[str, object], status: str = "Active"):
    """A source of a world."""
    return {"name": name, "status": status, "topics": list(topics)}


def mirror(name: str, status: str = "ACTIVE"):
    """A mirror topic of a world."""
    return {"topic": name, "status": status, "partitions": 1}


def link(name: str, *mirrors: Mapping[str, object], state: str = "ACTIVE"):
    """A link of a world."""
    return {"name": name, "state": state, "mirrors": list(mirrors)}


def world(*parts: Mapping[str, object], **more: object) -> dict[str, object]:
    """A world of sources and links, told apart by what they hold."""
    return {
        "seed": 7,
        "timing": TIMING,
        "streamkap": {
            "credentials": [{"clientId": "demo", "secret": "demo"}],
            "sources": [part for part in parts if "topics" in part],
        },
        "confluent": {
            "credentials": [{"key": "demo", "secret": "demo"}],
            "clusters": [{"id": "lkc-1", "links": [p for p in parts if "mirrors" in p]}],
        },
    } | more


def connections(*, lag: str = "5s", **limits: object) -> str:
    """A Connection for each vendor, both the sandbox, without a pace."""
    free = {"requestsPerSecond": 0, "burst": 0, "concurrency": 0, "snapshots": 0} | limits
    given = ", ".join(f"{name}: {value}" for name, value in free.items())
    return _document(
        "Connection",
        "kap",
        f"{{provider: streamkap, endpoint: sandbox, lag: {lag}, limits: {{{given}}}}}",
    ) + _document("Connection", "con", f"{{provider: confluent, endpoint: sandbox, lag: {lag}}}")


def snapshots(name: str, rules: str) -> str:
    """A Source document."""
    spec = f"connection: kap\nsource: {name}\nsnapshots:\n{indent(dedent(rules).strip(), '  ')}"
    return _document("Source", name, "\n" + indent(spec, "  "))


def completed(*topics: str, more: str = "") -> str:
    """A rule that wants a completed snapshot."""
    return f"- {{topics: [{', '.join(map(repr, topics))}], state: completed, since: {SINCE}{more}}}"


def idle(*topics: str, more: str = "") -> str:
    """A rule that wants no snapshot to run."""
    return f"- {{topics: [{', '.join(map(repr, topics))}], state: idle{more}}}"


def mirrors(name: str, rules: str) -> str:
    """A ClusterLink document."""
    head = f"connection: con\nclusterId: lkc-1\nlink: {name}\nmirrors:\n"
    return _document(
        "ClusterLink", name, "\n" + indent(head + indent(dedent(rules).strip(), "  "), "  ")
    )


def paused(*topics: str, until: str = "2026-12-01T00:00:00Z") -> str:
    """A rule that wants a pause."""
    return f"- {{topics: [{', '.join(map(repr, topics))}], state: paused, until: {until}}}"


def active(*topics: str) -> str:
    """A rule that wants mirroring."""
    return f"- {{topics: [{', '.join(map(repr, topics))}], state: active}}"


def _document(kind: str, name: str, spec: str) -> str:
    head = f"apiVersion: reconciler.dev/v1alpha1\nkind: {kind}\nmetadata: {{name: {name}}}\n"
    return f"---\n{head}spec: {spec}\n"


RICH_WORLD = world(
    source(
        "shop",
        topic("public.old", OLD),
        topic("public.fresh", FRESH),
        topic("public.never"),
        topic("public.scratch"),
    ),
    source("till", topic("till.keyless", keyed=False), topic("till.other")),
    source("crm", topic("crm.x"), topic("crm.y", OLD), topic("crm.zz")),
    source("stock", topic("stock.l"), topic("stock.m")),
    source("ads", topic("ads.a"), topic("ads.bb")),
    source("log", topic("log.n"), topic("log.oo")),
    source("geo", topic("geo.p"), topic("geo.q")),
    source("audit", topic("audit.x", RUNNING, rows=100_000), topic("audit.y")),
    link(
        "west",
        mirror("orders.a"),
        mirror("orders.b"),
        mirror("orders.c", "PAUSED"),
        mirror("pay.a", "PAUSED"),
        mirror("pay.b", "PAUSED"),
        mirror("pay.c"),
        mirror("other"),
    ),
    link("lab", mirror("lab.a"), mirror("lab.b", "PAUSED")),
)
"""Three single starts, two bulk ones, a stop, a pause and a resume on one link, a pause on another."""

RICH_SPECS = (
    connections(sourcesPerCall=2)
    + snapshots(
        "shop", completed("public.old", "public.fresh", "public.never", more=", filter: a>1")
    )
    + snapshots("till", completed("till.keyless", more=", surrogateKey: id"))
    + snapshots("crm", completed("crm.?"))
    + snapshots("stock", completed("stock.?"))
    + snapshots("ads", completed("ads.?"))
    + snapshots("log", completed("log.?"))
    + snapshots("geo", completed("geo.p"))
    + snapshots("audit", idle("audit.*"))
    + mirrors("west", paused("orders.*") + "\n" + active("pay.*"))
    + mirrors("lab", paused("lab.a", until="never"))
)
